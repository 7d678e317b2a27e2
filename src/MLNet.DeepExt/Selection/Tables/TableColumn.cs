namespace MLNet.DeepExt.Selection;

/// <summary>A column of a <see cref="FittedTable"/>.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Cells">Its cells, one of each row.</param>
/// <param name="IsText">Whether it stands to the left, as words do, or to the right.</param>
internal sealed record TableColumn(string Name, IReadOnlyList<string> Cells, bool IsText = false)
{
    /// <summary>How wide it is with its name in one line.</summary>
    public int Width => Math.Max(TextWidth.Of(Name), CellWidth);

    /// <summary>How wide it is with a line for each word of its name.</summary>
    public int LeastWidth => Math.Max(Name.Split(' ').Max(TextWidth.Of), CellWidth);

    private int CellWidth => Cells.Select(TextWidth.Of).DefaultIfEmpty().Max();
}
