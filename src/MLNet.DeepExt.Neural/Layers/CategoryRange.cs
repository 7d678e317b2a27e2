using System.Globalization;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Which inputs are the one-hot slots of one category, and by how many numbers it is embedded.</summary>
/// <param name="First">The first slot, at least 0.</param>
/// <param name="Count">How many slots, one for each value, at least 1.</param>
/// <param name="Dimension">How many numbers stand for a value, at least 1.</param>
public sealed record CategoryRange(int First, int Count, int Dimension)
{
    // J. Howard and S. Gugger, fastai: min(600, round(1.6·n^0.56)), found by trying on tables of all kinds.
    private const double RuleFactor = 1.6, RuleExponent = 0.56;
    private const int RuleMaximum = 600;

    /// <summary>The slot after the last.</summary>
    internal int End => First + Count;

    /// <summary>A category with the usual dimension of its embedding, min(600, round(1.6·n^0.56)) for n values.</summary>
    /// <remarks>
    /// 4 values: 3 numbers; 10: 6; 100: 21; 10,000: 278. Source: the rule of fastai (J. Howard and S. Gugger, 2020).
    /// </remarks>
    /// <param name="first">The first slot.</param>
    /// <param name="count">How many slots, at least 1.</param>
    public static CategoryRange Of(int first, int count) =>
        new(first, count, (int)Math.Min(RuleMaximum, Math.Round(RuleFactor * Math.Pow(count, RuleExponent))));

    /// <summary>The range as text, such as <c>3-12→6</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{(long)First + Count - 1}→{Dimension}");
}
