using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Features of rows in memory, written out (<see cref="DenseRows"/>) or with their zeros left out (<see cref="SparseRows"/>).
/// </summary>
public abstract class FeatureRows
{
    /// <summary>
    /// How large |x| of a feature may be in training: 1e18. The square of a sum of larger ones is more than Single holds, so that variances, and
    /// with wide rows the sums themselves, overflow. Normalized features are about 1.
    /// </summary>
    public const float LargestFeature = 1e18f;

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

    /// <summary>Why the first rows cannot be learned from, to follow "The rows have"; null if they can.</summary>
    /// <param name="rows">How many rows.</param>
    internal string? FaultOf(int rows) => FaultOf(StoredValues(rows));

    /// <summary>Why features cannot be learned from, to follow "The row has"; null if they can.</summary>
    /// <param name="features">Features, of any number of rows.</param>
    internal static string? FaultOf(ReadOnlySpan<float> features)
    {
        if (Finite.Within(features, LargestFeature))
            return null;
        if (!Finite.All(features))
            return "a feature that is NaN or infinite; leave out such rows, or replace what is missing.";
        float largest = 0;
        foreach (float feature in features)
            largest = Math.Abs(feature) > Math.Abs(largest) ? feature : largest;
        return FormattableString.Invariant(
            $"a feature of {largest}, beyond {LargestFeature} in size, where sums in a network overflow; divide such features by a large number, ")
            + "or normalize them.";
    }

    /// <summary>The numbers that the first rows hold in memory.</summary>
    /// <param name="rows">How many rows.</param>
    internal abstract ReadOnlySpan<float> StoredValues(int rows);

    /// <summary>Has a row fetched from memory that is copied soon.</summary>
    internal abstract void Prefetch(int row);

    /// <summary>Writes a row out, every number of it.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Receives the row: (width).</param>
    public abstract void CopyTo(int row, Span<float> destination);
}
