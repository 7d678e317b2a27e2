namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Lines [RowFrom, RowTo) and columns [ColumnFrom, ColumnTo), the columns whole strips of 16, padding included.</summary>
/// <param name="RowFrom">The first line.</param>
/// <param name="RowTo">The line after the last.</param>
/// <param name="ColumnFrom">The first column.</param>
/// <param name="ColumnTo">The column after the last.</param>
public readonly record struct Rectangle(int RowFrom, int RowTo, int ColumnFrom, int ColumnTo)
{
    /// <summary>How many lines.</summary>
    public int Rows => RowTo - RowFrom;

    /// <summary>How many columns.</summary>
    public int Width => ColumnTo - ColumnFrom;

    /// <summary>Whether it has no element.</summary>
    public bool IsEmpty => Rows == 0 || Width == 0;

    /// <summary>Where the rectangle begins in memory whose rows are <paramref name="stride"/> apart.</summary>
    /// <param name="stride">Elements from one row to the next.</param>
    public int Offset(int stride) => RowFrom * stride + ColumnFrom;
}
