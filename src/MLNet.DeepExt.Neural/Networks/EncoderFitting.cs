using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Has the encoders of a network learn from statistics of the rows.</summary>
internal static class EncoderFitting
{
    /// <summary>Statistics, still without rows, of all that the encoders which are not fitted read.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="coins">What the quantiles of many rows are estimated by.</param>
    public static InputStatistics StatisticsFor(NetworkSpec spec, CounterRandom coins)
    {
        var wanted = new bool[spec.Inputs];
        var quantiles = new bool[spec.Inputs];
        Walk(spec, (encoder, columns) =>
        {
            foreach (int column in columns)
            {
                wanted[column] = true;
                quantiles[column] |= encoder.NeedsQuantiles;
            }

            return encoder;
        });
        return new InputStatistics(spec.Inputs, column => wanted[column], column => quantiles[column], coins);
    }

    /// <summary>The network with every encoder fitted to statistics of the rows. Encoders that are fitted already do not change.</summary>
    public static NetworkSpec Fit(NetworkSpec spec, InputStatistics statistics) => new(
        spec.Inputs, Walk(spec, (encoder, columns) => encoder.Fit([.. columns.Select(column => statistics[column])])));

    /// <summary>Throws unless every encoder is fitted, or can be by statistics of the rows.</summary>
    /// <exception cref="ArgumentException">An encoder reads what a layer before it computes.</exception>
    public static void RequireFittable(NetworkSpec spec) => Walk(spec, (encoder, _) => encoder);

    // Has a function replace every encoder that is not fitted; it is given the columns of the rows that this one encodes.
    private static List<LayerSpec> Walk(NetworkSpec spec, Func<InputEncoder, int[], InputEncoder> replace)
    {
        if (spec.Program.Operations.FirstOrDefault(IsNested) is { } nested)
        {
            throw new ArgumentException(
                $"Layer {nested.Label}, is within another layer, so that it cannot be fitted to the rows; put it first in the network.", "spec");
        }

        var layers = new List<LayerSpec>();
        int?[] columns = [.. Enumerable.Range(0, spec.Inputs).Select(column => (int?)column)]; // of the rows; null: computed
        TensorShape shape = spec.Inputs;
        foreach (LayerSpec layer in spec.Layers)
        {
            var encoder = layer as InputEncoder;
            ColumnLayout? layout = encoder is null ? null : new ColumnLayout(encoder, shape.Width);
            layers.Add(encoder is { IsFitted: false }
                ? replace(encoder, [.. layout!.EncodedInputs.Select(input => columns[input] ?? throw NotFromRows(layers.Count, encoder, input))])
                : layer);
            shape = layer.OutputShape(shape);
            var next = new int?[layers.Count == spec.Layers.Count ? 0 : shape.Width];
            foreach (ColumnRun run in next.Length == 0 ? [] : layout?.Passed ?? [])
                columns.AsSpan(run.Input, run.Count).CopyTo(next.AsSpan(run.Output));
            columns = next;
        }

        return layers;
    }

    private static bool IsNested(Operation<float> operation) => operation.Path.Count > 1 && operation.Spec is InputEncoder { IsFitted: false };

    private static ArgumentException NotFromRows(int index, InputEncoder encoder, int input) => new(
        FormattableString.Invariant($"Layer {index}, {encoder}, reads input {input}, which a layer before it computes, so that it cannot be fitted ")
        + "to the rows; put it first, or behind encoders that pass this input.",
        "spec");
}
