using System.Numerics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The position of the median among the outputs of a target: between two of them, with an interpolation weight.
/// </summary>
/// <remarks>Quantiles that lie symmetrically about 0.5 give their midpoint; if all are on one side of 0.5, the nearest one is used.</remarks>
/// <param name="Lower">The output at or below it.</param>
/// <param name="Upper">The output at or above it; the same output if no interpolation is needed.</param>
/// <param name="Share">The interpolation weight of the upper output, in [0, 1).</param>
internal readonly record struct MedianPlace(int Lower, int Upper, float Share)
{
    /// <summary>The output with the larger weight; with equal weights, the lower one.</summary>
    public int Nearer => Share > 0.5f ? Upper : Lower;

    /// <summary>Finds the median among quantiles.</summary>
    /// <param name="quantiles">In (0, 1), ascending, at least one.</param>
    public static MedianPlace Among(ReadOnlySpan<double> quantiles)
    {
        int upper = quantiles.BinarySearch(0.5);
        if (upper >= 0)
            return new MedianPlace(upper, upper, 0);
        upper = ~upper;
        if (upper == 0 || upper == quantiles.Length)
            return new MedianPlace(Math.Max(0, upper - 1), Math.Max(0, upper - 1), 0);
        double share = (0.5 - quantiles[upper - 1]) / (quantiles[upper] - quantiles[upper - 1]);
        return new MedianPlace(upper - 1, upper, (float)share); // rounded to float, so that 0.05 and 0.95 give exactly one half
    }

    /// <summary>Computes the median.</summary>
    /// <param name="outputs">The outputs of a target, ascending.</param>
    public T Of<T>(ReadOnlySpan<T> outputs)
        where T : IFloatingPointIeee754<T>
    {
        if (Lower == Upper)
            return outputs[Lower];
        T share = T.CreateTruncating(Share);
        return outputs[Lower] * (T.One - share) + outputs[Upper] * share;
    }
}
