using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>The lines of a text file, or some of them, for ML.NET's text loader to read.</summary>
internal sealed class TableLines : IMultiStreamSource
{
    private readonly string[] _lines;
    private readonly Lazy<string> _text;

    private TableLines(string[] lines)
    {
        _lines = lines;
        _text = new Lazy<string>(() => string.Join('\n', _lines));
    }

    int IMultiStreamSource.Count => 1;

    /// <summary>Reads a file, plain or compressed, without its empty lines.</summary>
    public static TableLines Read(string path, bool hasHeader)
    {
        using var reader = new StreamReader(DataFile.Open(path));
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new TableLines(hasHeader ? lines[1..] : lines);
    }

    /// <summary>Draws a share of the lines, of every class alike.</summary>
    /// <param name="classOf">The class of a line.</param>
    /// <param name="share">The share to draw, in (0, 1).</param>
    /// <param name="seed">What it is drawn from.</param>
    public (TableLines Remaining, TableLines Drawn) Split(Func<string, string> classOf, double share, int seed)
    {
        (int[] remaining, int[] drawn) = StratifiedSplit.Draw(Array.ConvertAll(_lines, line => classOf(line)), share, seed);
        return (Select(remaining), Select(drawn));
    }

    /// <summary>Takes lines out, by their numbers.</summary>
    /// <param name="rows">The numbers, ascending.</param>
    public (TableLines Remaining, TableLines Drawn) Split(int[] rows) =>
        (Select([.. Enumerable.Range(0, _lines.Length).Except(rows)]), Select(rows));

    string? IMultiStreamSource.GetPathOrNull(int index) => null;

    Stream IMultiStreamSource.Open(int index) => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(_text.Value));

    TextReader IMultiStreamSource.OpenTextReader(int index) => new StringReader(_text.Value);

    private TableLines Select(int[] rows) => new(Array.ConvertAll(rows, row => _lines[row]));
}
