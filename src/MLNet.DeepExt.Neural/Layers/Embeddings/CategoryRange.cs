using System.Globalization;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The inputs that are the one-hot slots of one category, and the dimension of its embedding.</summary>
/// <param name="First">The index of the first slot, at least 0.</param>
/// <param name="Count">The number of slots, one for each value, at least 1.</param>
/// <param name="Dimension">The dimension of the embedding, at least 1.</param>
public sealed record CategoryRange(int First, int Count, int Dimension)
{
    // J. Howard and S. Gugger, fastai: min(600, round(1.6·n^0.56)), an empirical rule.
    private const double RuleFactor = 1.6, RuleExponent = 0.56;
    private const int RuleMaximum = 600;

    private readonly IReadOnlyList<int>? _seen;

    /// <summary>
    /// The slots whose values have an embedding, counted from <see cref="First"/>, ascending, each in [0, Count). Null (default) if every
    /// slot has one. A slot that is not listed is ignored: a row in which no other slot of the category is
    /// set has the embedding of a missing value. Use it if most slots are never set, such as the slots of a hash, because memory is
    /// allocated for the listed slots only.
    /// </summary>
    public IReadOnlyList<int>? Seen
    {
        get => _seen;
        init => _seen = value is null ? null : Array.AsReadOnly([.. value]);
    }

    /// <summary>The index after the last slot.</summary>
    internal int End => First + Count;

    /// <summary>The number of values that have an embedding.</summary>
    internal int Values => Seen?.Count ?? Count;

    /// <summary>Creates a category with the usual dimension of its embedding, min(600, round(1.6·n^0.56)) for n values.</summary>
    /// <remarks>
    /// 4 values: 3 numbers; 10: 6; 100: 21; 10,000: 278. Source: the rule of fastai (J. Howard and S. Gugger, 2020).
    /// </remarks>
    /// <param name="first">The index of the first slot, at least 0.</param>
    /// <param name="count">The number of slots, at least 1.</param>
    public static CategoryRange Of(int first, int count) => new(first, count, DimensionOf(count));

    /// <summary>
    /// Creates a category of which only some slots are used, with the usual dimension of the embedding, min(600, round(1.6·n^0.56)) for n used
    /// slots, at least 1.
    /// </summary>
    /// <param name="first">The index of the first slot, at least 0.</param>
    /// <param name="count">The number of slots, at least 1.</param>
    /// <param name="seen">The slots that are used, counted from the first, ascending. A list of all slots has the same effect as
    /// <see cref="Of(int, int)"/>.</param>
    public static CategoryRange Of(int first, int count, IReadOnlyList<int> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return seen.Count == count ? Of(first, count) : new CategoryRange(first, count, DimensionOf(seen.Count)) { Seen = seen };
    }

    /// <summary>True if the other category has the same slots, the same dimension and the same seen slots.</summary>
    /// <param name="other">Another category.</param>
    public bool Equals(CategoryRange? other) =>
        other is not null && (First, Count, Dimension) == (other.First, other.Count, other.Dimension)
        && (Seen is null ? other.Seen is null : other.Seen is not null && Seen.SequenceEqual(other.Seen));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Count, Dimension, Seen?.Count);

    /// <summary>The range as text, such as <c>3-12→6</c>. If not all slots are seen, their number follows: <c>3-12→3 (4 seen)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{First}-{(long)First + Count - 1}→{Dimension}{(Seen is null ? "" : $" ({Values} seen)")}");

    private static int DimensionOf(int values) =>
        (int)Math.Clamp(Math.Round(RuleFactor * Math.Pow(values, RuleExponent)), 1, RuleMaximum);
}
