using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A <see cref="Dense"/> with separate weights for each of the <see cref="Members"/> of an ensemble, for example for their output layers:
/// z = x·W + b, with W (members, inputs, units) and b (members, units).
/// </summary>
/// <remarks>It has the options of a <see cref="Dense"/>, whose remarks explain <see cref="NeuralTangent"/>.</remarks>
/// <param name="Units">The number of outputs of each member, at least 1.</param>
public sealed record MemberDense(int Units) : LayerSpec
{
    [JsonConstructor]
    internal MemberDense(int units, Initializer? initializer = null, bool useBias = true, bool neuralTangent = false)
        : this(units) => (Initializer, UseBias, NeuralTangent) = (initializer, useBias, neuralTangent);

    /// <summary>The initializer of the weights. Null (default) chooses it by the activation that follows, as for a <see cref="Dense"/>.</summary>
    public Initializer? Initializer { get; init; }

    /// <summary>True if the layer has a bias b. Default true.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>
    /// True for the neural tangent parametrization of each member, W = V/√inputs; see <see cref="Dense.NeuralTangent"/>. Default false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeuralTangent { get; init; }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) =>
        input.Lines > 1 ? input.WithWidth(Units) : throw MemberScaling.NeedsMembers(nameof(MemberDense), input);

    /// <inheritdoc/>
    public override void Validate() => AsDense.Validate();

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        DenseStart start = AsDense.StartFor(place);
        Slot[] weights = [.. Enumerable.Range(0, place.Input.Lines).Select(member => place.Slots.Matrix(
            FormattableString.Invariant($"{place.Name}.weight.{member}"), place.Input.Width, Units, start.WeightRate, 1 / start.WeightRate))];
        Slot? bias = UseBias
            ? place.Slots.Vectors($"{place.Name}.bias", place.Input.Lines, Units, SlotKind.Bias, start.BiasRate)
            : null;
        return new MemberDenseLayer<T>(weights, bias, start);
    }

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => AsDense.SuggestedInitializer;

    /// <inheritdoc/>
    protected internal override string Detail => AsDense.Detail;

    // The Dense with the same options.
    private Dense AsDense => new(Units) { Initializer = Initializer, UseBias = UseBias, NeuralTangent = NeuralTangent };
}

/// <summary>The lines of a member are a matrix whose row stride is the number of members, in lines.</summary>
internal sealed class MemberDenseLayer<T>(Slot[] weights, Slot? bias, DenseStart start)
    : Layer<T>(weights[0].Shape.Rows, weights[0].Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _members = weights.Length;
    private readonly int _padded = Lanes.Pad(weights[0].Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = bias is null ? weights : [.. weights, bias];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        foreach ((int member, Slot weight) in weights.Index())
            write(weight, start.OfWeights<T>(weight, random.Derive((ulong)member)));
        if (bias is not null)
            write(bias, start.OfBias<T>(bias, random.Derive((ulong)_members)));
    }

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int member = 0; member < _members; member++)
        {
            ReadOnlySpan<T> shift = bias is null ? default : pass.Parameters.Slice(bias.Offset + member * _padded, _padded);
            Gemm.Multiply(
                share.Rows / _members, Inputs, Outputs, pass.X[((share.RowFrom + member) * pass.XStride)..], _members * pass.XStride,
                pass.Parameters.Slice(weights[member].Offset, weights[member].Length), shift,
                pass.Y[((share.RowFrom + member) * pass.YStride)..], _members * pass.YStride);
        }
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int member = 0; member < _members; member++)
        {
            Gemm.Multiply(
                share.Rows / _members, Outputs, Inputs, pass.DY[((share.RowFrom + member) * pass.YStride)..], _members * pass.YStride,
                pass.Transposed!.Of(weights[member]), default,
                pass.DX[((share.RowFrom + member) * pass.XStride)..], _members * pass.XStride);
        }
    }

    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        int rows = pass.Rows / _members;
        if (slot != bias)
        {
            int member = Array.IndexOf(weights, slot);
            WeightGradient.Compute(
                rows, Inputs, Outputs, pass.X[(member * pass.XStride)..], _members * pass.XStride, pass.DY[(member * pass.YStride)..],
                _members * pass.YStride, from, gradient, accumulate);
            return;
        }

        // A range of (members, padded).
        while (!gradient.IsEmpty)
        {
            int start = from / _padded * pass.YStride + from % _padded;
            int length = Math.Min(gradient.Length, _padded - from % _padded);
            ColumnReduction.Sum(rows, pass.DY[start..], _members * pass.YStride, gradient[..length], accumulate);
            gradient = gradient[length..];
            from += length;
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string members = graph.Operator("Reshape", [x, graph.Constant("members", -1, _members, 1, Inputs)]);
        string matrices = graph.Constant(weights[0].Name, [.. weights.SelectMany(weight => read(weight))], _members, Inputs, Outputs);
        string y = graph.Operator("MatMul", [members, matrices]);
        if (bias is not null)
            y = graph.Operator("Add", [y, graph.Constant(bias.Name, read(bias), _members, 1, Outputs)]);
        return graph.Operator("Reshape", [y, graph.Constant("lines", -1, Outputs)]);
    }
}
