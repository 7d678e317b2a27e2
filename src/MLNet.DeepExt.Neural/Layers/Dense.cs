using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A fully connected layer. Every output is a weighted sum of all inputs: z = x·W + b, with W (inputs, units) and b (units).</summary>
/// <remarks>
/// <para>
/// Directly before a <see cref="BatchNorm"/> the layer has no b, because the batch normalization subtracts the mean and any bias with it.
/// </para>
/// <para>
/// With <see cref="NeuralTangent"/>, W = V/√inputs, and V is trained instead of W: V and b are initialized from N(0, 1), the learning rate of b is a
/// tenth of that of V, and weight decay acts on V. The stored parameter is W, which is initialized with variance 1/inputs and has 1/√inputs times the
/// learning rate. With optimizers whose step does not depend on the scale of gradients, such as <c>Adam</c>, this is equivalent to training
/// V, except that the ε of Adam is divided by √inputs. With others, such as plain gradient descent, V is trained with √inputs times the rate. Norms
/// of gradients and penalties in the cost refer to W. A. Jacot et al., "Neural tangent kernel: convergence and generalization in neural
/// networks", 2018; with these rates in D. Holzmüller et al., "Better by default: strong pre-tuned MLPs and boosted trees on tabular data", 2024.
/// </para>
/// </remarks>
/// <param name="Units">The number of outputs, at least 1.</param>
public sealed record Dense(int Units) : LayerSpec
{
    private const double NeuralTangentBiasRate = 0.1;

    [JsonConstructor]
    internal Dense(
        int units, Initializer? initializer = null, bool useBias = true, bool neuralTangent = false, bool dataDrivenBias = false)
        : this(units) =>
        (Initializer, UseBias, NeuralTangent, DataDrivenBias) = (initializer, useBias, neuralTangent, dataDrivenBias);

    /// <summary>
    /// The initializer of the weights. Null (default) chooses it by the activation that follows: <see cref="He"/> before the ReLU family,
    /// <see cref="Xavier"/> before tanh and SELU, <see cref="Glorot"/> otherwise; with <see cref="NeuralTangent"/> it is <see cref="Xavier"/>.
    /// The bias is initialized to 0; with <see cref="NeuralTangent"/> and no initializer, from N(0, 1). Use <see cref="Zeros"/> for an output
    /// layer that starts at 0.
    /// </summary>
    public Initializer? Initializer { get; init; }

    /// <summary>True if the layer has a bias b. Default true.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>
    /// True for the neural tangent parametrization: W = V/√inputs, with the learning rates and initial values of the remarks. Default false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeuralTangent { get; init; }

    /// <summary>
    /// True to initialize b from the training rows: bⱼ = -x*ⱼ·wⱼ, where x*ⱼ is a random convex combination of five rows of the first batch, as this
    /// layer reads them. The hyperplane of each unit then lies between the rows, and no unit is always on or always off at the start. Default
    /// false. It needs a bias and a training by a <c>Trainer</c> from the first step; a network that is trained by hand starts with b = 0. I.
    /// Steinwart, "A sober look at neural network initializations", 2019; D. Holzmüller et al., 2024.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DataDrivenBias { get; init; }

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine | LayerTraits.ReadsSparseRows;

    // A Dense that directly follows another Dense sees it as linear.
    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new Glorot();

    internal override LayerSpec Absorbing => this with { UseBias = true };

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) => input.WithWidth(Units);

    /// <inheritdoc/>
    protected internal override string Detail =>
        FormattableString.Invariant(
            $"{Units}{(UseBias ? "" : ", no bias")}{(NeuralTangent ? ", neural tangent" : "")}{(DataDrivenBias ? ", data-driven bias" : "")}{(Initializer is null ? "" : $", {Initializer}")}");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Units < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Units of a Dense layer must be at least 1 but is {Units}; it is the number of outputs."), nameof(Units));
        }

        Initializer?.Validate();
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        bool hasBias = UseBias && place.Following.FirstOrDefault()?.Has(LayerTraits.SubtractsMean) != true;
        DenseStart start = StartFor(place);
        Slot weight = place.Slots.Matrix($"{place.Name}.weight", place.Input.Width, Units, start.WeightRate, 1 / start.WeightRate);
        Slot? bias = hasBias ? place.Slots.Vector($"{place.Name}.bias", Units, SlotKind.Bias, start.BiasRate) : null;
        return new DenseLayer<T>(weight, bias, start) { BeginsByRows = DataDrivenBias && hasBias };
    }

    /// <summary>Returns the initial values of weights and bias at a position in a network, and the factors of their learning rates.</summary>
    internal DenseStart StartFor(LayerPlace place) => NeuralTangent
        ? new DenseStart(Initializer ?? new Xavier(), Initializer is null && !DataDrivenBias, 1 / Math.Sqrt(place.Input.Width), NeuralTangentBiasRate)
        : new DenseStart(InitializerFor(Initializer, place), false, 1, 1);

    // The given initializer, or the one that the following layers suggest.
    private static Initializer InitializerFor(Initializer? wanted, LayerPlace place) =>
        wanted ?? place.Following.Select(layer => layer.SuggestedInitializer).FirstOrDefault(suggested => suggested is not null) ?? new Glorot();
}

/// <summary>The initial values of the parameters of a <see cref="Dense"/> and the factors of their learning rates.</summary>
/// <param name="Weights">The initializer of the weights.</param>
/// <param name="HasRandomBias">True if the bias is initialized from N(0, 1), false if to 0.</param>
/// <param name="WeightRate">The factor of the learning rate of the weights. It does not change their weight decay.</param>
/// <param name="BiasRate">The factor of the learning rate of the bias.</param>
internal sealed record DenseStart(Initializer Weights, bool HasRandomBias, double WeightRate, double BiasRate)
{
    /// <summary>Returns the initial values of a weight matrix.</summary>
    public T[] OfWeights<T>(Slot slot, CounterRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[slot.Shape.Count];
        Weights.Fill<T>(values, slot.Shape, random);
        return values;
    }

    /// <summary>Returns the initial values of a bias.</summary>
    public T[] OfBias<T>(Slot slot, CounterRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[slot.Shape.Count];
        for (int i = 0; HasRandomBias && i < values.Length; i++)
            values[i] = T.CreateTruncating(random.Normal((ulong)i));
        return values;
    }
}

internal sealed class DenseLayer<T>(Slot weight, Slot? bias, DenseStart start)
    : Layer<T>(weight.Shape.Rows, weight.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Slot Weight { get; } = weight;

    public Slot? Bias { get; } = bias;

    /// <summary>True if the bias is initialized from the rows of the first batch.</summary>
    public bool BeginsByRows { get; init; }

    public override IReadOnlyList<Slot> Parameters { get; } = bias is null ? [weight] : [weight, bias];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    internal override RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) =>
        sparseRows && slot == Weight ? new GradientOfTouchedInputs() : null;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        write(Weight, start.OfWeights<T>(Weight, random));
        if (Bias is not null)
            write(Bias, start.OfBias<T>(Bias, random.Derive(1)));
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string weights = graph.Constant(Weight.Name, read(Weight), Inputs, Outputs);
        return Bias is null
            ? graph.Operator("MatMul", [x, weights])
            : graph.Operator("Gemm", [x, weights, graph.Constant(Bias.Name, read(Bias), Outputs)]);
    }

    // ((x·s + h)·W + b)·t + u = x·(s·W·t) + ((h·W + b)·t + u), s multiplies the rows of W and t its columns.
    internal override void WriteAbsorbed(ColumnScaling? before, ColumnScaling? after, SlotReader<T> read, Layer<T> folded, SlotWriter<T> write)
    {
        var to = (DenseLayer<T>)folded;
        double[] shift = Bias is null ? new double[Outputs] : Array.ConvertAll(read(Bias), double.CreateTruncating);
        // The weights may use most of the memory of the process, so they are not copied to double.
        T[] weights = read(Weight);
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = double.CreateTruncating(weights[i]);
            int input = i / Outputs, unit = i % Outputs;
            if (before is not null)
            {
                shift[unit] += before.Shift[input] * weight;
                weight *= before.Scale[input];
            }

            weights[i] = T.CreateTruncating(weight * (after?.Scale[unit] ?? 1));
        }

        for (int unit = 0; after is not null && unit < Outputs; unit++)
            shift[unit] = shift[unit] * after.Scale[unit] + after.Shift[unit];
        write(to.Weight, weights);
        write(to.Bias!, Array.ConvertAll(shift, T.CreateTruncating));
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
            ColumnReduction.Sum(pass.Rows, pass.DY[from..], pass.YStride, gradient, accumulate);
        else if (pass.Touched is { } touched)
            BackwardTouched(touched, pass.DY, pass.YStride, from, gradient, accumulate);
        else
            WeightGradient.Compute(pass.Rows, Inputs, Outputs, pass.X, pass.XStride, pass.DY, pass.YStride, from, gradient, accumulate);
    }

    // The dense gradient, with zeros for inputs that the batch does not touch. Training with sparse rows does not need it.
    // gradient: a range of (units / 16, inputs, 16).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardTouched(TouchedInputs<T> touched, ReadOnlySpan<T> dy, int dyStride, int from, Span<T> gradient, bool accumulate)
    {
        if (!accumulate)
            gradient.Clear();
        while (!gradient.IsEmpty)
        {
            PanelPart part = PanelPart.At(Inputs, from, gradient.Length);
            for (int place = 0; place < touched.Count; place++)
            {
                int line = touched.Inputs[place] - part.Input;
                for (int strip = 0; strip < part.Width / Lanes.Strip && line >= 0 && line < part.Inputs; strip++)
                {
                    SparseProduct.MultiplyTransposed(
                        touched.Starts.Slice(place, 2), touched.Rows, touched.Values, dy[(part.Column + strip * Lanes.Strip)..], dyStride,
                        gradient.Slice((strip * part.Inputs + line) * Lanes.Strip, Lanes.Strip), accumulate);
                }
            }

            gradient = gradient[part.Length..];
            from += part.Length;
        }
    }

    /// <summary>Xᵀ·dY for the inputs that sparse rows store.</summary>
    private sealed class GradientOfTouchedInputs : RowSparseGradient<T>
    {
        public override TouchedInputs<T> Touch(in Pass<T> pass) => pass.Touched!;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Compute(in Pass<T> pass, TouchedInputs<T> touched, int place, int strip, Span<T> gradient) =>
            SparseProduct.MultiplyTransposed(
                touched.Starts.Slice(place, gradient.Length / Lanes.Strip + 1), touched.Rows, touched.Values,
                pass.DY[(strip * Lanes.Strip)..], pass.YStride, gradient, accumulate: false);
    }
}
