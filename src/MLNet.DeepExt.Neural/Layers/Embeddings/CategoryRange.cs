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

    private readonly IReadOnlyList<int>? _seen;

    /// <summary>
    /// The slots whose values have numbers of their own, counted from <see cref="First"/>, ascending, each in [0, Count). Null, the
    /// default, gives every slot numbers of its own. A slot that is left out is ignored: a row in which no other slot of the category is
    /// set has the numbers of a missing value. Use it where most slots are never set, as those of a hash, since memory is taken for the
    /// slots listed alone.
    /// </summary>
    public IReadOnlyList<int>? Seen
    {
        get => _seen;
        init => _seen = value is null ? null : Array.AsReadOnly([.. value]);
    }

    /// <summary>The slot after the last.</summary>
    internal int End => First + Count;

    /// <summary>How many values have numbers of their own.</summary>
    internal int Values => Seen?.Count ?? Count;

    /// <summary>A category with the usual dimension of its embedding, min(600, round(1.6·n^0.56)) for n values.</summary>
    /// <remarks>
    /// 4 values: 3 numbers; 10: 6; 100: 21; 10,000: 278. Source: the rule of fastai (J. Howard and S. Gugger, 2020).
    /// </remarks>
    /// <param name="first">The first slot.</param>
    /// <param name="count">How many slots, at least 1.</param>
    public static CategoryRange Of(int first, int count) => new(first, count, DimensionOf(count));

    /// <summary>
    /// A category of which some slots are used, with the usual dimension for as many values, min(600, round(1.6·n^0.56)), at least 1.
    /// </summary>
    /// <param name="first">The first slot.</param>
    /// <param name="count">How many slots, at least 1.</param>
    /// <param name="seen">The slots that are used, counted from the first, ascending; all of them is the same as not to name any.</param>
    public static CategoryRange Of(int first, int count, IReadOnlyList<int> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return seen.Count == count ? Of(first, count) : new CategoryRange(first, count, DimensionOf(seen.Count)) { Seen = seen };
    }

    /// <summary>Whether the other one has the same slots, the same dimension and the same slots that are seen.</summary>
    /// <param name="other">Another category.</param>
    public bool Equals(CategoryRange? other) =>
        other is not null && (First, Count, Dimension) == (other.First, other.Count, other.Dimension)
        && (Seen is null ? other.Seen is null : other.Seen is not null && Seen.SequenceEqual(other.Seen));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Count, Dimension, Seen?.Count);

    /// <summary>The range as text, such as <c>3-12→6</c>, with how many slots are seen where not all are, <c>3-12→3 (4 seen)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{First}-{(long)First + Count - 1}→{Dimension}{(Seen is null ? "" : $" ({Values} seen)")}");

    private static int DimensionOf(int values) =>
        (int)Math.Clamp(Math.Round(RuleFactor * Math.Pow(values, RuleExponent)), 1, RuleMaximum);
}
