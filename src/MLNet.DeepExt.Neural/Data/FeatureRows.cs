namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Features of rows in memory, written out (<see cref="DenseRows"/>) or with their zeros left out (<see cref="SparseRows"/>).
/// </summary>
public abstract class FeatureRows
{
    private protected FeatureRows(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
    }

    /// <summary>How many rows.</summary>
    public abstract int Count { get; }

    /// <summary>Features of a row, zeros that are left out included.</summary>
    public int Width { get; }

    /// <summary>Numbers that the first rows hold in memory.</summary>
    /// <param name="rows">How many rows.</param>
    internal abstract long Stored(int rows);

    /// <summary>Whether no feature of the first rows is NaN or infinite.</summary>
    /// <param name="rows">How many rows.</param>
    internal abstract bool AreFinite(int rows);

    /// <summary>Has a row fetched from memory that is copied soon.</summary>
    internal abstract void Prefetch(int row);

    /// <summary>Writes a row out, every number of it.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Receives the row: (width).</param>
    public abstract void CopyTo(int row, Span<float> destination);
}
