namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Rows [RowFrom, RowTo) and columns [ColumnFrom, ColumnTo), the columns whole strips, padding included.</summary>
internal readonly record struct Rectangle(int RowFrom, int RowTo, int ColumnFrom, int ColumnTo)
{
    public int Rows => RowTo - RowFrom;

    public int Width => ColumnTo - ColumnFrom;

    public bool IsEmpty => Rows == 0 || Width == 0;

    /// <summary>Where the rectangle begins in memory whose rows are <paramref name="stride"/> apart.</summary>
    public int Offset(int stride) => RowFrom * stride + ColumnFrom;
}
