using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>
/// Model files of every version of the format that was ever written, with what the models predicted then. Those of the folder v1 that are
/// named for a kind of trainer were written before any later version existed. A new kind, or a new version, needs a new file: never write
/// one of these again.
/// </summary>
public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.zip", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_every_version_predicts_what_it_predicted(string file)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(Path.Combine(Folder, file), out DataViewSchema schema);
        IDataView rows = schema.GetColumnOrNull("Flags") is null
            ? context.Data.LoadFromEnumerable(GoldenRow.Generate(5, seed: 2))
            : context.Data.LoadFromEnumerable(TaskRow.Generate(5, seed: 2));
        string[] expected = File.ReadAllLines(Path.Combine(Folder, Path.ChangeExtension(file, ".txt")));
        string[] actual = OutputText.Of(model, rows);
        Assert.Equal(expected.Length, actual.Length);
        for (int row = 0; row < expected.Length; row++)
            AssertClose(expected[row].Split(' '), actual[row].Split(' '));
    }

    [Fact]
    public void Every_version_of_every_format_has_a_file()
    {
        Dictionary<string, HashSet<int>> found = [];
        foreach (string path in Directory.GetFiles(Folder, "*.zip", SearchOption.AllDirectories))
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.Name == "Model.key"))
                Collect(entry, found);
        }

        ModelFormat[] formats = [.. Formats()];
        Assert.True(formats.Length >= 10, $"{formats.Length}");
        foreach (ModelFormat format in formats)
            Assert.Equal(Enumerable.Range(1, format.Version), found.GetValueOrDefault(format.Signature, []).Order());
    }

    [Fact]
    public void A_file_of_a_later_version_is_refused_in_words()
    {
        using var file = new MemoryStream();
        file.Write(File.ReadAllBytes(Path.Combine(Folder, "v1", "Binary.zip")));
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.Name == "Model.key"))
            {
                var bytes = new byte[entry.Length];
                using Stream stream = entry.Open();
                stream.ReadExactly(bytes);
                if (bytes.AsSpan().IndexOf("DXNNBINA"u8) is var place and >= 0)
                    (bytes[place + 8], bytes[place + 12]) = (9, 9); // written by, and readable from, version 9 on
                stream.Position = 0;
                stream.Write(bytes);
            }
        }

        file.Position = 0;
        Exception exception = Assert.Throws<InvalidOperationException>(() => new MLContext().Model.Load(file, out _));
        Assert.Contains("too new", exception.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_files_hold_can_still_be_made()
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(GoldenRow.Generate(200, seed: 1));
        IEnumerable<string> made = GoldenRow.Train(context, rows).Select(model => model.Name).Concat(TrainerKind.All.Select(kind => kind.Name));
        Assert.Equal(made.Order(), Files.Select(file => Path.GetFileNameWithoutExtension(file.Data)).Order());
    }

    // Each format is what a type of ours that ML.NET can load says of itself.
    private static IEnumerable<ModelFormat> Formats() => typeof(ModelFormat).Assembly.GetTypes()
        .Where(type => type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ILoadableModel<>)))
        .Where(type => !type.IsAbstract)
        .Select(type => (ModelFormat)type.GetProperty("FileFormat", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!);

    private static void Collect(ZipArchiveEntry entry, Dictionary<string, HashSet<int>> found)
    {
        using Stream stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        for (int place = 0; (place = IndexOf(bytes, "DX"u8, place)) >= 0 && place + 12 <= bytes.Length; place++)
        {
            string signature = Encoding.ASCII.GetString(bytes, place, 8);
            if (!found.TryGetValue(signature, out HashSet<int>? versions))
                found.Add(signature, versions = []);
            versions.Add(BitConverter.ToInt16(bytes, place + 8));
        }
    }

    private static int IndexOf(byte[] bytes, ReadOnlySpan<byte> wanted, int from) =>
        bytes.AsSpan(from).IndexOf(wanted) is var place and >= 0 ? from + place : -1;

    private static void AssertClose(string[] expected, string[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.TryParse(expected[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                Assert.Equal(number, double.Parse(actual[i], CultureInfo.InvariantCulture), 1e-5 * Math.Max(1, Math.Abs(number)));
            else
                Assert.Equal(expected[i], actual[i]);
        }
    }
}
