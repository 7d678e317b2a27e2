using System.Numerics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Where the median lies among the outputs of a target: between two of them, at a share of the way from the lower one to the upper one.
/// </summary>
/// <remarks>Quantiles that lie symmetrically about 0.5 give their midpoint; where all lie on one side, the nearest stands for the median.</remarks>
/// <param name="Lower">The output at or below it.</param>
/// <param name="Upper">The output at or above it; the same one where nothing has to be interpolated.</param>
/// <param name="Share">How far it is from the lower one to the upper one, in [0, 1).</param>
internal readonly record struct MedianPlace(int Lower, int Upper, float Share)
{
    /// <summary>The output that counts more; of two that count the same, the lower one.</summary>
    public int Nearer => Share > 0.5f ? Upper : Lower;

    /// <summary>The place among quantiles.</summary>
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
        return new MedianPlace(upper - 1, upper, (float)share); // rounded, so that 0.05 and 0.95 give one half to the bit
    }

    /// <summary>The median.</summary>
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
