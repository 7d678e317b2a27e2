using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Every output is a weighted sum of all inputs: z = x·W + b, with W (inputs, units) and b (units).</summary>
/// <remarks>
/// Directly before a <see cref="BatchNorm"/>, which subtracts the mean and with it any bias, b is left out.
/// </remarks>
/// <param name="Units">How many outputs, at least 1.</param>
public sealed record Dense(int Units) : LayerSpec, ISuggestsInitializer, IReadsSparseRows, IAffine
{
    [JsonConstructor]
    internal Dense(int units, Initializer? initializer = null, bool useBias = true)
        : this(units) => (Initializer, UseBias) = (initializer, useBias);

    /// <summary>
    /// How the weights begin. By default what suits the activation that follows: <see cref="He"/> before the ReLU family,
    /// <see cref="Xavier"/> before tanh and SELU, <see cref="Glorot"/> otherwise. The bias begins at 0.
    /// </summary>
    public Initializer? Initializer { get; init; }

    /// <summary>Whether there is a bias b. Default true.</summary>
    public bool UseBias { get; init; } = true;

    // What reads another Dense's outputs without an activation between is linear.
    Initializer ISuggestsInitializer.Suggested => new Glorot();

    /// <inheritdoc/>
    public override int OutputWidth(int inputs) => Units;

    internal override string Detail =>
        FormattableString.Invariant(
            $"{Units}{(UseBias ? "" : ", no bias")}{(Initializer is null ? "" : $", {Initializer}")}");

    internal override void Validate()
    {
        if (Units < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Units of a Dense layer must be at least 1 but is {Units}; give it as many as it should have outputs."), nameof(Units));
        }

        Initializer?.Validate();
    }

    internal override Layer<T> Compile<T>(LayerPlace place)
    {
        Initializer initializer = Initializer ?? place.Following.OfType<ISuggestsInitializer>().FirstOrDefault()?.Suggested ?? new Glorot();
        bool hasBias = UseBias && place.Following.FirstOrDefault() is not ISubtractsMean;
        Slot weight = place.Slots.Matrix($"{place.Index}.dense.weight", place.Inputs, Units);
        Slot? bias = hasBias ? place.Slots.Vector($"{place.Index}.dense.bias", Units, SlotKind.Bias) : null;
        return new DenseLayer<T>(weight, bias, initializer);
    }
}

internal sealed class DenseLayer<T>(Slot weight, Slot? bias, Initializer initializer)
    : ParameterLayer<T>(weight.Shape.Rows, weight.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Slot Weight { get; } = weight;

    public Slot? Bias { get; } = bias;

    public override IReadOnlyList<Slot> Parameters { get; } = bias is null ? [weight] : [weight, bias];

    public override IReadOnlyList<Slot> Buffers => [];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    public override int MemoLength(int capacity) => 0;

    public override RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) => sparseRows && slot == Weight ? new WeightGradient() : null;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var weights = new T[Weight.Shape.Count];
        initializer.Fill<T>(weights, Weight.Shape, random);
        write(Weight, weights);
    }

    public override string Describe(IOperatorGraph graph, string x, SlotReader read)
    {
        string weights = graph.Constant(Weight.Name, read(Weight), Inputs, Outputs);
        return Bias is null
            ? graph.Operator("MatMul", [x, weights])
            : graph.Operator("Gemm", [x, weights, graph.Constant(Bias.Name, read(Bias), Outputs)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        ReadOnlySpan<T> weights = pass.Parameters.Slice(Weight.Offset + share.ColumnFrom * Inputs, share.Width * Inputs);
        ReadOnlySpan<T> shift = Bias is null ? default : pass.Parameters.Slice(Bias.Offset + share.ColumnFrom, share.Width);
        Span<T> y = pass.Y[share.Offset(pass.YStride)..];
        if (pass.SparseX is { } sparse)
        {
            SparseProduct.Multiply(
                Inputs, share.Width, sparse.Starts.Slice(share.RowFrom, share.Rows + 1), sparse.AllColumns, sparse.AllValues,
                weights, shift, y, pass.YStride);
        }
        else
        {
            Gemm.Multiply(
                share.Rows, Inputs, Math.Min(share.ColumnTo, Outputs) - share.ColumnFrom,
                pass.X[(share.RowFrom * pass.XStride)..], pass.XStride,
                weights, shift, y, pass.YStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        Gemm.Multiply(
            share.Rows, Outputs, Math.Min(share.ColumnTo, Inputs) - share.ColumnFrom,
            pass.DY[(share.RowFrom * pass.YStride)..], pass.YStride,
            pass.Transposed!.Of(Weight).Slice(share.ColumnFrom * Outputs, share.Width * Outputs), default,
            pass.DX[share.Offset(pass.XStride)..], pass.XStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        if (slot == Bias)
            BackwardBias(pass, from, gradient, accumulate);
        else
            BackwardWeight(pass, from, gradient, accumulate);
    }

    // gradient: a range of (units / 16, inputs, 16): the rest of a strip, whole strips, the beginning of one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardWeight(in Pass<T> pass, int from, Span<T> gradient, bool accumulate)
    {
        int panel = Inputs * Lanes.Strip;
        while (!gradient.IsEmpty)
        {
            int column = from / panel * Lanes.Strip;
            int input = from % panel / Lanes.Strip;
            bool whole = input == 0 && gradient.Length >= panel;
            int width = whole ? gradient.Length / panel * Lanes.Strip : Lanes.Strip;
            int inputs = whole ? Inputs : Math.Min(Inputs - input, gradient.Length / Lanes.Strip);
            int length = inputs * width;
            ReadOnlySpan<T> dy = pass.DY[column..];
            if (pass.Touched is { } touched)
            {
                BackwardTouched(touched, input, inputs, width / Lanes.Strip, dy, pass.YStride, gradient[..length], accumulate);
            }
            else
            {
                Gemm.MultiplyTransposed(
                    pass.Rows, inputs, Math.Min(width, Outputs - column), pass.X[input..], pass.XStride, dy, pass.YStride,
                    gradient[..length], accumulate);
            }

            gradient = gradient[length..];
            from += length;
        }
    }

    // The gradient written out, zeros for what the batch does not touch. Training with sparse rows does without.
    // dy: (rows, strips · 16), rows dyStride apart; gradient: (strips, inputs, 16), beginning at the given input.
    private static void BackwardTouched(
        TouchedInputs<T> touched, int input, int inputs, int strips, ReadOnlySpan<T> dy, int dyStride, Span<T> gradient, bool accumulate)
    {
        if (!accumulate)
            gradient.Clear();
        for (int place = 0; place < touched.Count; place++)
        {
            int line = touched.Inputs[place] - input;
            for (int strip = 0; strip < strips && line >= 0 && line < inputs; strip++)
            {
                SparseProduct.MultiplyTransposed(
                    touched.Starts.Slice(place, 2), touched.Rows, touched.Values, dy[(strip * Lanes.Strip)..], dyStride,
                    gradient.Slice((strip * inputs + line) * Lanes.Strip, Lanes.Strip), accumulate);
            }
        }
    }

    // gradient: a range of (units).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardBias(in Pass<T> pass, int from, Span<T> gradient, bool accumulate) =>
        ColumnReduction.Sum(pass.Rows, pass.DY[from..], pass.YStride, gradient, accumulate);

    /// <summary>Xᵀ·dY for the inputs that sparse rows store.</summary>
    private sealed class WeightGradient : RowSparseGradient<T>
    {
        public override TouchedInputs<T> Touch(in Pass<T> pass) => pass.Touched!;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Compute(in Pass<T> pass, TouchedInputs<T> touched, int place, int strip, Span<T> gradient) =>
            SparseProduct.MultiplyTransposed(
                touched.Starts.Slice(place, gradient.Length / Lanes.Strip + 1), touched.Rows, touched.Values,
                pass.DY[(strip * Lanes.Strip)..], pass.YStride, gradient, accumulate: false);
    }
}
