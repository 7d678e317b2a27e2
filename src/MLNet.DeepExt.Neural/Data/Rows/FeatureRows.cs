using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Features of rows in memory: dense (<see cref="DenseRows"/>) or sparse (<see cref="SparseRows"/>).
/// </summary>
public abstract class FeatureRows
{
    /// <summary>
    /// The maximum absolute value of a feature in training: 1e18. The square of a sum of larger values exceeds the range of single precision, so
    /// variances, and with wide rows the sums themselves, would overflow. Normalized features are about 1.
    /// </summary>
    public const float LargestFeature = 1e18f;

    private protected FeatureRows(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
    }

    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The number of features of a row, including omitted zeros.</summary>
    public int Width { get; }

    /// <summary>Returns the number of stored values of the first rows.</summary>
    /// <param name="rows">The number of rows.</param>
    internal abstract long Stored(int rows);

    /// <summary>Returns why the first rows are not valid, as the end of a message "The rows have"; null if they are valid.</summary>
    /// <param name="rows">The number of rows.</param>
    internal string? FaultOf(int rows) => FaultOf(StoredValues(rows));

    /// <summary>Returns why features are not valid, as the end of a message "The row has"; null if they are valid.</summary>
    /// <param name="features">The features of any number of rows.</param>
    internal static string? FaultOf(ReadOnlySpan<float> features)
    {
        if (Finite.Within(features, LargestFeature))
            return null;
        if (!Finite.All(features))
            return "a feature that is NaN or infinite; remove such rows, or replace missing values.";
        float largest = 0;
        foreach (float feature in features)
            largest = Math.Abs(feature) > Math.Abs(largest) ? feature : largest;
        return FormattableString.Invariant(
            $"a feature of {largest}, above {LargestFeature} in absolute value, for which sums in a network overflow; divide such features by a large number, ")
            + "or normalize them.";
    }

    /// <summary>Returns the stored values of the first rows.</summary>
    /// <param name="rows">The number of rows.</param>
    internal abstract ReadOnlySpan<float> StoredValues(int rows);

    /// <summary>Prefetches a row that will be copied soon.</summary>
    internal abstract void Prefetch(int row);

    /// <summary>Writes a row in dense form.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Receives the row: (width).</param>
    public abstract void CopyTo(int row, Span<float> destination);
}
