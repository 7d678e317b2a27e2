using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The members of an ensemble in one network: every row passes through its layers Count times, as (members, features). All members share
/// the parameters of the layers, except <see cref="MemberScaling"/> and <see cref="MemberDense"/>, which have parameters for each member.
/// </summary>
/// <remarks>
/// <para>
/// Reads (features) and returns (members, features of the last layer). At the end of a network, training minimizes the mean of the members' losses,
/// and a prediction is the mean of the members' predictions: the mean of probabilities, not of logits.
/// </para>
/// <para>
/// TabM is <c>Members(32, inner)</c> with a <see cref="MemberScaling"/> before and after every <see cref="Dense"/> and a
/// <see cref="MemberDense"/> at the end: Y. Gorishniy et al., "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024.
/// </para>
/// </remarks>
public sealed record Members : CompositeSpec
{
    /// <summary>The maximum number of members.</summary>
    internal const int Most = 256;

    /// <summary>Creates an ensemble.</summary>
    /// <param name="count">The number of members, from 1 to 256.</param>
    /// <param name="layers">The layers of every member, in order.</param>
    [JsonConstructor]
    public Members(int count, params IReadOnlyList<LayerSpec> layers)
        : base(layers) => Count = count;

    /// <summary>The number of members.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Count is < 1 or > Most)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The number of Members must be from 1 to {Most} but is {Count}; 32 is usual."), nameof(Count));
        }

        base.Validate();
    }

    internal override TensorShape InnerShape(TensorShape input) => input.Lines == 1
        ? input.WithLines(Count)
        : throw new ArgumentException(FormattableString.Invariant(
            $"Members read (features) but are given {input}, which already has members; do not put Members into Members."), nameof(input));

    internal override Layer<T> Opening<T>(TensorShape input) => new RepeatLayer<T>(input.Width, Count);

    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Members(Count, layers) { Name = Name };

    /// <inheritdoc/>
    protected internal override string Detail => FormattableString.Invariant($"{Count}: {base.Detail}");
}
