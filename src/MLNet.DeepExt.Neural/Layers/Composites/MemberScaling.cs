using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Makes the <see cref="Members"/> of an ensemble different: y = x·s + b, feature by feature. Each member has its own learned scale s and optional
/// bias b, (members, features).
/// </summary>
/// <remarks>
/// <para>
/// Before and after a <see cref="Dense"/> that all members share, it gives each member different effective weights, s·W·s, and needs only a few
/// vectors of memory. Y. Wen et al., "BatchEnsemble", 2020. Weight decay and penalties do not act on it.
/// </para>
/// <para>
/// TabM-mini has one such layer, directly before the first Dense, with scales that are initialized from N(0, 1), one number for all inputs that
/// encode the same column: <c>new MemberScaling { Initializer = new Normal(1), Groups = [16, 16, 1] }</c> for two columns with an embedding of 16
/// numbers and one that passes unchanged. Y. Gorishniy et al., "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024.
/// </para>
/// </remarks>
public sealed record MemberScaling : LayerSpec
{
    private readonly IReadOnlyList<int>? _groups;

    /// <summary>Creates the layer with its default options (initial scales of 1, no bias).</summary>
    public MemberScaling()
    {
    }

    [JsonConstructor]
    internal MemberScaling(
        bool randomSigns = false, bool useBias = false, Initializer? initializer = null, IReadOnlyList<int>? groups = null) =>
        (RandomSigns, UseBias, Initializer, Groups) = (randomSigns, useBias, initializer, groups);

    /// <summary>
    /// True to initialize the scales with random signs, so that the members differ from the start. Use it for the first such layer of a network, as
    /// TabM does. Default false.
    /// </summary>
    public bool RandomSigns { get; init; }

    /// <summary>
    /// The initializer of the scales, for a layer with one input and one unit: <see cref="Normal"/> with 1 for N(0, 1). Null (default)
    /// initializes them to 1.
    /// </summary>
    public Initializer? Initializer { get; init; }

    /// <summary>
    /// The widths of groups of adjacent inputs whose scales have equal initial values, from the first input on, each at least 1. Each input after
    /// the last group is a group by itself; so are all inputs if it is null (default). Training changes the scales of a group independently.
    /// </summary>
    public IReadOnlyList<int>? Groups
    {
        get => _groups;
        init => _groups = value is null ? null : Array.AsReadOnly([.. value]);
    }

    /// <summary>True if the layer has a bias b, which is initialized to 0. Default false.</summary>
    public bool UseBias { get; init; }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        if (input.Lines == 1)
            throw NeedsMembers(nameof(MemberScaling), input);
        long grouped = Groups?.Sum(width => (long)width) ?? 0;
        return grouped <= input.Width ? input : throw new ArgumentException(FormattableString.Invariant(
            $"Groups of MemberScaling cover {grouped} inputs but there are {input.Width}; remove the groups beyond the inputs."), nameof(Groups));
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
                    $"Groups of MemberScaling must be at least 1 input wide but one is {width}; a single input is a group of 1."), nameof(Groups));
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

    /// <summary>True if the other layer has the same options, the same groups and the same name.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(MemberScaling? other) => base.Equals(other) && RandomSigns == other.RandomSigns && UseBias == other.UseBias
        && Equals(Initializer, other.Initializer)
        && (Groups is null ? other.Groups is null : other.Groups is not null && Groups.SequenceEqual(other.Groups));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), RandomSigns, UseBias, Initializer, Groups?.Count);

    /// <summary>Creates the exception for a layer that needs members but reads inputs without members.</summary>
    internal static ArgumentException NeedsMembers(string kind, TensorShape input) => new(FormattableString.Invariant(
        $"A {kind} reads (members, features) but is given {input} features without members; put it into Members of at least 2."), nameof(input));

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

    // (members, width): one number for each group of each member, drawn in this order.
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
