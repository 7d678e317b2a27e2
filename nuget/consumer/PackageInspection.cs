using System.IO.Compression;
using System.Xml.Linq;

/// <summary>What is in a package, and what is not.</summary>
internal static class PackageInspection
{
    private const long MostBytes = 1_500_000; // of all packages together

    private static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["MLNet.DeepExt.Neural"] = [],
        ["MLNet.DeepExt"] = ["MLNet.DeepExt.Neural", "Microsoft.ML", "System.Numerics.Tensors"],
        ["MLNet.DeepExt.Onnx"] = ["Google.Protobuf", "MLNet.DeepExt"],
    };

    /// <summary>Looks into every package of a folder; the number of faults, each of which it prints.</summary>
    public static int Run(string folder)
    {
        List<string> faults = [];
        HashSet<string> seen = [];
        foreach (string path in Directory.GetFiles(folder, "*.nupkg"))
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            XElement metadata = Metadata(package);
            string id = Value(metadata, "id");
            seen.Add(id);
            void Require(bool holds, string fault)
            {
                if (!holds)
                    faults.Add($"{id}: {fault}");
            }

            Require(metadata.Elements().Any(element => element.Name.LocalName == "license" && element.Attribute("type")?.Value == "expression"
                && element.Value == "MIT"), "the licence is not the expression MIT");
            foreach (string name in new[] { "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" })
                Require(package.GetEntry(name) is not null, $"{name} is missing");
            Require(package.GetEntry("README.md") is { } readme && FirstLine(readme) == $"# {id}", "its README.md is not its own");
            string[] binaries = [.. package.Entries.Select(entry => entry.FullName)
                .Where(name => Path.GetExtension(name) is ".so" or ".dylib" or ".dll" or ".a"
                    || name.StartsWith("runtimes/", StringComparison.Ordinal))];
            Require(binaries is [var only] && only == $"lib/net10.0/{id}.dll", $"it holds {string.Join(", ", binaries)}");
            string[] dependencies = [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
            string[] expected = [.. Dependencies[id].Order(StringComparer.Ordinal)];
            Require(dependencies.SequenceEqual(expected), $"it depends on {string.Join(", ", dependencies)}");
            string symbols = Path.ChangeExtension(path, ".snupkg");
            Require(File.Exists(symbols) && Entries(symbols).Contains($"lib/net10.0/{id}.pdb"), "its symbols are missing");
        }

        if (!seen.SetEquals(Dependencies.Keys))
            faults.Add($"the packages are {string.Join(", ", seen)}");
        long bytes = Directory.GetFiles(folder, "*.nupkg").Sum(path => new FileInfo(path).Length);
        if (bytes > MostBytes)
            faults.Add($"the packages have {bytes} bytes together; {MostBytes} are allowed");
        Console.WriteLine($"{seen.Count} packages, {bytes} bytes together");
        foreach (string fault in faults)
            Console.WriteLine(fault);
        return faults.Count;
    }

    private static XElement Metadata(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static string Value(XElement metadata, string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static string? FirstLine(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadLine();
    }

    private static string[] Entries(string path)
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        return [.. package.Entries.Select(entry => entry.FullName)];
    }
}
