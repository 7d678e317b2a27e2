namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Lines [RowFrom, RowTo) and columns [ColumnFrom, ColumnTo), where columns are whole strips of 16, including padding.</summary>
/// <param name="RowFrom">The first line.</param>
/// <param name="RowTo">The end of the lines (exclusive).</param>
/// <param name="ColumnFrom">The first column.</param>
/// <param name="ColumnTo">The end of the columns (exclusive).</param>
public readonly record struct Rectangle(int RowFrom, int RowTo, int ColumnFrom, int ColumnTo)
{
    /// <summary>The number of lines.</summary>
    public int Rows => RowTo - RowFrom;

    /// <summary>The number of columns.</summary>
    public int Width => ColumnTo - ColumnFrom;

    /// <summary>True if it has no elements.</summary>
    public bool IsEmpty => Rows == 0 || Width == 0;

    /// <summary>Returns the offset of the rectangle in memory with a row stride of <paramref name="stride"/>.</summary>
    /// <param name="stride">The row stride, in elements.</param>
    public int Offset(int stride) => RowFrom * stride + ColumnFrom;
}
