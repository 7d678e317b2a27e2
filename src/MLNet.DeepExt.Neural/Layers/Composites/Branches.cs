using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Layers side by side, each of which reads the same inputs: their outputs are stacked as (members, features). Branches that end a network are
/// an ensemble of networks that share nothing.
/// </summary>
/// <remarks>
/// <para>
/// Reads (features) and gives (members, features): one line for each branch, or as many as a branch gives, such as one with
/// <see cref="Members"/> in it; all branches must give as many features. A branch of several layers is a <see cref="Sequential"/>. Where they end
/// a network, training minimizes the mean of the losses of all lines, and a prediction is the mean of their predictions.
/// </para>
/// <para>
/// <see cref="Networks.Ensemble"/> makes them of networks that were trained one by one. L. K. Hansen and P. Salamon, "Neural network ensembles",
/// 1990.
/// </para>
/// </remarks>
/// <param name="Layers">The branches in order, from 1 to 256.</param>
public sealed record Branches(params IReadOnlyList<LayerSpec> Layers) : CompositeSpec(Layers)
{
    /// <summary>The most branches.</summary>
    internal const int Most = 256;

    internal override bool IsParallel => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        if (input.Lines > 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Branches read (features) but are given {input}, which has members already; do not put Branches into Members."), nameof(input));
        }

        TensorShape[] outputs = [.. Layers.Select(layer => layer.OutputShape(input))];
        int other = Array.FindIndex(outputs, output => output.Width != outputs[0].Width);
        return other < 0
            ? outputs[0].WithLines(outputs.Sum(output => output.Lines))
            : throw new ArgumentException(FormattableString.Invariant(
                $"Branch {other} gives {outputs[other].Width} numbers but branch 0 gives {outputs[0].Width}; end all with as many units."),
                nameof(input));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Layers.Count is < 1 or > Most)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Branches must be from 1 to {Most} but are {Layers.Count}; 3 to 5 are usual."), nameof(Layers));
        }

        base.Validate();
    }

    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Branches(layers) { Name = Name };
}
