using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>Checks of the sizes of the arguments of a <see cref="Loss"/>, and its sums over rows.</summary>
internal static class LossSizes
{
    /// <summary>Returns the number of lines of logits for each row; throws if it is not a whole number.</summary>
    public static int MembersOf(int lines, int rows, string name)
    {
        int members = Math.Max(1, lines / Math.Max(1, rows));
        return (long)rows * members == lines ? members : throw new ArgumentException(
            $"There are {lines} lines of logits for {rows} rows; there must be one for each row, or the same number for each: "
            + "set Rows to the rows in use.",
            name);
    }

    /// <summary>Throws if a range of rows is not within the rows.</summary>
    public static void RequireRows(int from, int to, int rows)
    {
        if (from < 0 || from > to || to > rows)
        {
            throw new ArgumentOutOfRangeException(nameof(to), FormattableString.Invariant(
                $"Rows [{from}, {to}) were requested but there are {rows}; give a range within [0, {rows})."));
        }
    }

    /// <summary>Throws if the gradient is not another block of the size of the logits.</summary>
    public static void RequireGradient<T>(DenseBlock<T> logits, DenseBlock<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Rows != logits.Rows || gradient.Width != logits.Width || ReferenceEquals(gradient, logits))
        {
            throw new ArgumentException(
                $"The gradient must be another block than the logits, of {logits.Rows} rows of {logits.Width} numbers, "
                + $"but has {gradient.Rows} of {gradient.Width}.",
                nameof(gradient));
        }
    }

    /// <summary>Σ w, in row order; the number of rows if no weights are given. Throws if it is not above 0.</summary>
    public static double TotalWeight<T>(ReadOnlySpan<T> weights, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!weights.IsEmpty && weights.Length != rows)
            throw new ArgumentException($"There are {weights.Length} weights for {rows} rows; give one for each row, or none.", nameof(weights));
        double total = weights.IsEmpty ? rows : 0;
        foreach (T weight in weights)
            total += double.CreateTruncating(weight);
        return total > 0 ? total : throw new ArgumentException(
            FormattableString.Invariant($"The weights of the {rows} rows sum to {total}; give at least one row a weight above 0."),
            nameof(weights));
    }

    /// <summary>Σ w·L, in row order; Σ L if no weights are given.</summary>
    public static double WeightedSum<T>(ReadOnlySpan<double> costs, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < costs.Length; row++)
            sum += weights.IsEmpty ? costs[row] : double.CreateTruncating(weights[row]) * costs[row];
        return sum;
    }
}
