using System.Reflection;

namespace MLNet.DeepExt.Architecture.Tests;

/// <summary>Where the sources stand and which assemblies are built from them.</summary>
internal static class Repository
{
    /// <summary>The engine's assembly.</summary>
    public const string Neural = "MLNet.DeepExt.Neural";

    /// <summary>The ML.NET face's assembly.</summary>
    public const string Face = "MLNet.DeepExt";

    /// <summary>The assembly that exports to ONNX.</summary>
    public const string Onnx = "MLNet.DeepExt.Onnx";

    /// <summary>Every assembly that the rules hold for.</summary>
    public static readonly TheoryData<string> Assemblies = [Neural, Face, Onnx];

    /// <summary>Those that use what is internal in ML.NET.</summary>
    public static readonly TheoryData<string> UsersOfInternals = [Face, Onnx];

    // Found when asked for: rules over assemblies alone hold beside other versions of ML.NET too, in a folder outside of the repository.
    private static readonly Lazy<string> Found = new(() => FindRoot(AppContext.BaseDirectory));

    /// <summary>The folder that holds <c>MLNet.DeepExt.sln</c>.</summary>
    public static string Root => Found.Value;

    /// <summary>The built assembly's file; its XML documentation stands beside it.</summary>
    public static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    /// <summary>The loaded assembly.</summary>
    public static Assembly Load(string assembly) => Assembly.Load(assembly);

    /// <summary>The C# files of <c>src</c>, generated ones left out.</summary>
    public static IEnumerable<string> SourceFiles() =>
        Walk(Path.Combine(Root, "src")).SelectMany(folder => Directory.GetFiles(folder, "*.cs"));

    /// <summary>The C# files of the tests, but for those of this project, whose samples claim what is not so.</summary>
    public static IEnumerable<string> TestFiles() =>
        Directory.GetDirectories(Path.Combine(Root, "tests"))
            .Where(project => Path.GetFileName(project) != typeof(Repository).Assembly.GetName().Name)
            .SelectMany(Walk)
            .SelectMany(folder => Directory.GetFiles(folder, "*.cs"));

    /// <summary>The C# files of <c>examples</c>.</summary>
    public static IEnumerable<string> ExampleFiles() =>
        Walk(Path.Combine(Root, "examples")).SelectMany(folder => Directory.GetFiles(folder, "*.cs"));

    /// <summary>The Markdown pages for readers: at the root, in <c>docs</c>, in <c>examples</c> and in the packages; the plan is none of them.</summary>
    public static IEnumerable<string> Pages() =>
        Walk(Path.Combine(Root, "docs")).Concat(Walk(Path.Combine(Root, "examples"))).Concat(Walk(Path.Combine(Root, "src"))).Prepend(Root)
            .SelectMany(folder => Directory.GetFiles(folder, "*.md"))
            .Where(file => Path.GetFileName(file) != "ROADMAP.md");

    /// <summary>All C# files.</summary>
    public static IEnumerable<string> CodeFiles() =>
        Directory.GetDirectories(Root).Where(folder => Path.GetFileName(folder) is not ['.', ..])
            .SelectMany(Walk)
            .SelectMany(folder => Directory.GetFiles(folder, "*.cs"));

    /// <summary>Every folder of <c>src</c> that holds a file at any depth, relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> SourceFolders() =>
        from folder in Walk(Path.Combine(Root, "src"))
        where Walk(folder).Any(inner => Directory.GetFiles(inner).Length > 0)
        select Relative(folder);

    /// <summary>A path below the root as it is written everywhere: relative, with forward slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetDirectories(folder)
            .Where(inner => Path.GetFileName(inner) is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .SelectMany(Walk)
            .Prepend(folder);

    private static string FindRoot(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLNet.DeepExt.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"MLNet.DeepExt.sln is in no folder above {start}; run the tests from a checkout.");
    }
}
