using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Fits the input encoders of a network to statistics of the rows.</summary>
/// <remarks>
/// All encoders are fitted in one pass over the rows, also those behind other encoders: the layers before an encoder pass its columns unchanged, or
/// map each by an increasing function, so the quantiles of the mapped column follow from those of the column.
/// </remarks>
internal static class EncoderFitting
{
    /// <summary>Creates empty statistics of all columns that unfitted encoders read.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="coins">The random numbers for the estimation of quantiles of many rows.</param>
    public static InputStatistics StatisticsFor(NetworkSpec spec, CounterRandom coins)
    {
        var wanted = new bool[spec.Inputs];
        var quantiles = new bool[spec.Inputs];
        var targets = new bool[spec.Inputs];
        Walk(spec, (encoder, inputs) =>
        {
            foreach (EncoderInput input in inputs)
            {
                wanted[input.Column] = true;
                quantiles[input.Column] |= encoder.NeedsQuantiles;
                targets[input.Column] |= encoder.NeedsTargets;
            }

            return encoder;
        });
        return new InputStatistics(spec.Inputs, column => wanted[column], column => quantiles[column], column => targets[column], coins);
    }

    /// <summary>Returns the network with every encoder fitted to statistics of the rows. Fitted encoders do not change.</summary>
    public static NetworkSpec Fit(NetworkSpec spec, InputStatistics statistics) => new(
        spec.Inputs, Walk(spec, (encoder, inputs) => encoder.Fit([.. inputs.Select(input => input.In(statistics))])));

    /// <summary>Throws unless every encoder is fitted, or can be fitted to statistics of the rows.</summary>
    /// <exception cref="ArgumentException">An encoder reads what a layer before it computes.</exception>
    public static void RequireFittable(NetworkSpec spec) => Walk(spec, (encoder, _) => encoder);

    // Replaces every unfitted encoder by the result of a function, which receives the inputs of the encoder.
    private static List<LayerSpec> Walk(NetworkSpec spec, Func<InputEncoder, EncoderInput[], InputEncoder> replace)
    {
        if (spec.IsFitted)
            return [.. spec.Layers];
        if (spec.Program.Operations.FirstOrDefault(IsNested) is { } nested)
        {
            throw new ArgumentException(
                $"Layer {nested.Label}, is inside another layer, so it cannot be fitted to the rows; put it at the start of the network.", "spec");
        }

        RequireKnownPlaces(spec);
        var layers = new List<LayerSpec>();
        EncoderInput?[] inputs = [.. Enumerable.Range(0, spec.Inputs).Select(column => (EncoderInput?)new EncoderInput(column, null))]; // null: computed
        TensorShape shape = spec.Inputs;
        foreach (LayerSpec layer in spec.Layers)
        {
            LayerSpec current = layer is InputEncoder { IsFitted: false } encoder
                ? replace(encoder, InputsOf(layers.Count, encoder, new ColumnLayout(encoder, shape.Width), inputs))
                : layer;
            layers.Add(current);
            TensorShape output = current.OutputShape(shape);
            if (layers.Count < spec.Layers.Count)
                inputs = Following(current, shape.Width, inputs, output.Width);
            shape = output;
        }

        return layers;
    }

    private static EncoderInput[] InputsOf(int index, InputEncoder encoder, ColumnLayout layout, EncoderInput?[] inputs)
    {
        var encoded = new List<EncoderInput>();
        foreach (int input in layout.EncodedInputs)
        {
            encoded.Add(inputs[input] ?? throw NotFromRows(index, encoder, input));
            if (encoder.NeedsMeans && encoded[^1].IsBent)
                throw Bent(index, encoder, input);
            if (encoder.NeedsExactValues && encoded[^1].Last is not null)
                throw Changed(index, encoder, input);
        }

        return [.. encoded];
    }

    // The columns that the outputs of a layer represent.
    private static EncoderInput?[] Following(LayerSpec layer, int width, EncoderInput?[] inputs, int outputs)
    {
        var following = new EncoderInput?[outputs];
        foreach (ColumnRun run in layer.PassedInputs(width))
            inputs.AsSpan(run.Input, run.Count).CopyTo(following.AsSpan(run.Output));
        if (layer is not InputEncoder { IsIncreasing: true } encoder)
            return following;
        foreach (ColumnRun run in new ColumnLayout(encoder, width).Encoded)
        {
            for (int i = 0; i < run.Count; i++)
                following[run.Output + i] = inputs[run.Input + i]?.Through(encoder, run.Column + i);
        }

        return following;
    }

    // Layers that name columns must precede a layer whose outputs may change when it is fitted.
    private static void RequireKnownPlaces(NetworkSpec spec)
    {
        Operation<float>? moving = null;
        foreach (Operation<float> operation in spec.Program.Operations)
        {
            if (moving is not null && operation.Spec is InputEncoder { Columns: not null } or CategoryEmbedding)
            {
                throw new ArgumentException(
                    $"Layer {operation.Label}, names columns behind layer {moving.Label}, which may pass some unchanged, "
                    + "so their positions are known only after it is fitted; put it before that layer.",
                    "spec");
            }

            if (operation.Spec is InputEncoder { MayPassMore: true })
                moving = operation;
        }
    }

    private static bool IsNested(Operation<float> operation) => operation.Path.Count > 1 && operation.Spec is InputEncoder { IsFitted: false };

    private static ArgumentException NotFromRows(int index, InputEncoder encoder, int input) => new(
        FormattableString.Invariant($"Layer {index}, {encoder}, reads input {input}, which a layer before it computes, so it cannot be fitted ")
        + "to the rows; put it first, or behind encoders that pass this input or scale it.",
        "spec");

    private static ArgumentException Bent(int index, InputEncoder encoder, int input) => new(
        FormattableString.Invariant($"Layer {index}, {encoder}, needs mean and variance of input {input}, which an encoder before it maps by a nonlinear function, ")
        + "so they are not available; put it before that encoder.",
        "spec");

    private static ArgumentException Changed(int index, InputEncoder encoder, int input) => new(
        FormattableString.Invariant($"Layer {index}, {encoder}, looks up the exact values of input {input}, which an encoder before it changes; ")
        + "put it before that encoder.",
        "spec");

    /// <summary>A column of the rows, possibly mapped by encoders with increasing functions.</summary>
    /// <param name="Column">The number of the column.</param>
    /// <param name="Last">The last of these encoders; null if there is none.</param>
    private readonly record struct EncoderInput(int Column, Step? Last)
    {
        public bool IsBent => Last is { IsBent: true };

        public EncoderInput Through(InputEncoder encoder, int column) => this with { Last = new Step(Last, encoder, column) };

        public ColumnStatistics In(InputStatistics statistics)
        {
            var functions = new List<ColumnFunction>();
            for (Step? step = Last; step is not null; step = step.Before)
                functions.Insert(0, step.Encoder.FunctionOf(step.Column));
            return statistics[Column].Through(functions);
        }
    }

    /// <param name="Before">The step before; null if it is the first.</param>
    /// <param name="Encoder">The encoder.</param>
    /// <param name="Column">The index of the column in the encoder.</param>
    private sealed record Step(Step? Before, InputEncoder Encoder, int Column)
    {
        public bool IsBent => Encoder.IsBent || Before is { IsBent: true };
    }
}
