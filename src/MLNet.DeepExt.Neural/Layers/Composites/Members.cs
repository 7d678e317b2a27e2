using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The members of an ensemble in one network: every row is passed through its layers Count times, as (members, features). What the layers learn
/// is shared by all members, but for <see cref="MemberScaling"/> and <see cref="MemberDense"/>, which have numbers for each.
/// </summary>
/// <remarks>
/// <para>
/// Reads (features) and gives (members, features of the last layer). Where it ends a network, training minimizes the mean of the members' losses,
/// and a prediction is the mean of the members' predictions: of their probabilities, not of their logits.
/// </para>
/// <para>
/// TabM is <c>Members(32, inner)</c> with a <see cref="MemberScaling"/> before and after every <see cref="Dense"/> and a
/// <see cref="MemberDense"/> at the end: Y. Gorishniy et al., "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024.
/// </para>
/// </remarks>
public sealed record Members : CompositeSpec
{
    /// <summary>The most members.</summary>
    internal const int Most = 256;

    /// <summary>Makes an ensemble.</summary>
    /// <param name="count">How many members, from 1 to 256.</param>
    /// <param name="layers">The layers that each row passes in every member, in order.</param>
    [JsonConstructor]
    public Members(int count, params IReadOnlyList<LayerSpec> layers)
        : base(layers) => Count = count;

    /// <summary>How many members.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Count is < 1 or > Most)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Members must be from 1 to {Most} but are {Count}; 32 are usual."), nameof(Count));
        }

        base.Validate();
    }

    internal override TensorShape InnerShape(TensorShape input) => input.Lines == 1
        ? input.WithLines(Count)
        : throw new ArgumentException(FormattableString.Invariant(
            $"Members read (features) but are given {input}, which has members already; do not put Members into Members."), nameof(input));

    internal override Layer<T> Opening<T>(TensorShape input) => new RepeatLayer<T>(input.Width, Count);

    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Members(Count, layers) { Name = Name };

    /// <inheritdoc/>
    protected internal override string Detail => FormattableString.Invariant($"{Count}: {base.Detail}");
}
