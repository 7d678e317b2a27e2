namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>The text files of a table.</summary>
/// <param name="Training">The name of the file to learn from.</param>
internal sealed record TableFiles(string Training)
{
    /// <summary>The name of the file to test with; null, the default, holds out a share of the one file.</summary>
    public string? Test { get; init; }

    /// <summary>What stands between fields. Default a comma.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line names the columns. Default false.</summary>
    public bool HaveHeader { get; init; }

    /// <summary>Whether the last field is a class, so that a like share of each is held out. Default true.</summary>
    public bool EndWithClass { get; init; } = true;

    /// <summary>What a line is divided by when a share is held out.</summary>
    public string ClassOf(string line) => EndWithClass ? line[(line.LastIndexOf(Separator) + 1)..] : "";
}
