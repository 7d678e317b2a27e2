using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Parallel layers that all read the same inputs. Their outputs are stacked as (members, features). Branches at the end of a network are
/// an ensemble of networks that share no parameters.
/// </summary>
/// <remarks>
/// <para>
/// Reads (features) and returns (members, features). Each branch adds one line, or several lines if it returns several, for example if it contains
/// <see cref="Members"/>. All branches must return the same number of features. Use a <see cref="Sequential"/> for a branch of several layers.
/// At the end of a network, training minimizes the mean of the losses of all lines, and a prediction is the mean of the predictions of all lines.
/// </para>
/// <para>
/// <see cref="Networks.Ensemble"/> combines networks that were trained separately. L. K. Hansen and P. Salamon, "Neural network ensembles",
/// 1990.
/// </para>
/// </remarks>
/// <param name="Layers">The branches in order, from 1 to 256.</param>
public sealed record Branches(params IReadOnlyList<LayerSpec> Layers) : CompositeSpec(Layers)
{
    /// <summary>The maximum number of branches.</summary>
    internal const int Most = 256;

    internal override bool IsParallel => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        if (input.Lines > 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Branches read (features) but are given {input}, which already has members; do not put Branches into Members."), nameof(input));
        }

        TensorShape[] outputs = [.. Layers.Select(layer => layer.OutputShape(input))];
        int other = Array.FindIndex(outputs, output => output.Width != outputs[0].Width);
        return other < 0
            ? outputs[0].WithLines(outputs.Sum(output => output.Lines))
            : throw new ArgumentException(FormattableString.Invariant(
                $"Branch {other} returns {outputs[other].Width} numbers but branch 0 returns {outputs[0].Width}; end all branches with the same number of units."),
                nameof(input));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Layers.Count is < 1 or > Most)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Branches must be from 1 to {Most} but there are {Layers.Count}; 3 to 5 are usual."), nameof(Layers));
        }

        base.Validate();
    }

    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Branches(layers) { Name = Name };
}
