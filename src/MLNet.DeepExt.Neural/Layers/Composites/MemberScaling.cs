using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Tells the <see cref="Members"/> of an ensemble apart: y = x·s + b, feature by feature, with a scale s and, if it has one, a bias b of each
/// member's own, (members, features), both learned.
/// </summary>
/// <remarks>
/// <para>
/// Before and after a <see cref="Dense"/> that all members share, it gives each member its own weights, s·W·s, for the memory of a few
/// vectors. Y. Wen et al., "BatchEnsemble", 2020. No weight decay and no penalty acts on it.
/// </para>
/// <para>
/// TabM-mini has one such layer, directly before the first Dense, with scales that begin as N(0, 1), one number for all that stands for the same
/// column: <c>new MemberScaling { Initializer = new Normal(1), Groups = [16, 16, 1] }</c> for two columns that are embedded by 16 numbers and
/// one that passes. Y. Gorishniy et al., "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024.
/// </para>
/// </remarks>
public sealed record MemberScaling : LayerSpec
{
    private readonly IReadOnlyList<int>? _groups;

    /// <summary>Creates the layer with its default options (scales that begin as 1, and no bias).</summary>
    public MemberScaling()
    {
    }

    [JsonConstructor]
    internal MemberScaling(
        bool randomSigns = false, bool useBias = false, Initializer? initializer = null, IReadOnlyList<int>? groups = null) =>
        (RandomSigns, UseBias, Initializer, Groups) = (randomSigns, useBias, initializer, groups);

    /// <summary>
    /// Whether scales begin with a random sign, so that members begin as different ones: for the first such layer of a network, as TabM
    /// does. Default false.
    /// </summary>
    public bool RandomSigns { get; init; }

    /// <summary>
    /// How scales begin, as the weights of a layer with one input and one unit would: <see cref="Normal"/> with 1 for N(0, 1). Null (default)
    /// for 1.
    /// </summary>
    public Initializer? Initializer { get; init; }

    /// <summary>
    /// The widths of groups of neighbouring inputs whose scales begin equal, from the first input on, each at least 1. Inputs after the last
    /// group are groups of their own, all of them where it is null (default). In training each scale goes its own way.
    /// </summary>
    public IReadOnlyList<int>? Groups
    {
        get => _groups;
        init => _groups = value is null ? null : Array.AsReadOnly([.. value]);
    }

    /// <summary>Whether there is a bias b, which begins at 0. Default false.</summary>
    public bool UseBias { get; init; }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        if (input.Lines == 1)
            throw NeedsMembers(nameof(MemberScaling), input);
        long grouped = Groups?.Sum(width => (long)width) ?? 0;
        return grouped <= input.Width ? input : throw new ArgumentException(FormattableString.Invariant(
            $"Groups of MemberScaling are {grouped} inputs wide in all but there are {input.Width}; leave out what is not there."), nameof(Groups));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Initializer?.Validate();
        foreach (int width in Groups ?? [])
        {
            if (width < 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Groups of MemberScaling must be at least 1 input wide but one is {width}; an input alone is a group of 1."), nameof(Groups));
            }
        }
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        int members = place.Input.Lines, width = place.Input.Width;
        Slot scale = place.Slots.Vectors($"{place.Name}.scale", members, width, SlotKind.Scale);
        Slot? bias = UseBias ? place.Slots.Vectors($"{place.Name}.bias", members, width, SlotKind.Bias) : null;
        return new ColumnFactorLayer<T>(scale, bias, random => Start<T>(members, width, random));
    }

    /// <summary>Whether the other one has the same options, the same groups and the same name.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(MemberScaling? other) => base.Equals(other) && RandomSigns == other.RandomSigns && UseBias == other.UseBias
        && Equals(Initializer, other.Initializer)
        && (Groups is null ? other.Groups is null : other.Groups is not null && Groups.SequenceEqual(other.Groups));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), RandomSigns, UseBias, Initializer, Groups?.Count);

    /// <summary>A layer for members that is given none.</summary>
    internal static ArgumentException NeedsMembers(string kind, TensorShape input) => new(FormattableString.Invariant(
        $"A {kind} reads (members, features) but is given {input} features alone; put it into Members of at least 2."), nameof(input));

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine;

    /// <inheritdoc/>
    protected internal override string Detail => string.Join(
        ", ",
        new[]
        {
            RandomSigns ? "random signs" : "", Initializer?.ToString() ?? "",
            Groups is null ? "" : FormattableString.Invariant($"{Groups.Count} groups"), UseBias ? "bias" : "",
        }.Where(option => option.Length > 0));

    // (members, width): a number for each group of each member, drawn in this order.
    private T[] Start<T>(int members, int width, CounterRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scales = new T[members * width];
        double deviation = Initializer?.StandardDeviation(1, 1) ?? 1;
        CounterRandom draws = random.Derive(1);
        ulong number = 0;
        for (int member = 0; member < members; member++)
        {
            for (int group = 0, from = 0; from < width; group++, number++)
            {
                int length = group < (Groups?.Count ?? 0) ? Groups![group] : 1;
                double value = Initializer is null ? 1 : deviation * Initializer.Draw(draws, number);
                if (RandomSigns && (random.Bits(number) & 1) == 0)
                    value = -value;
                scales.AsSpan(member * width + from, length).Fill(T.CreateTruncating(value));
                from += length;
            }
        }

        return scales;
    }
}
