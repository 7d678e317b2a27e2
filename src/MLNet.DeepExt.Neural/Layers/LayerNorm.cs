using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Layer normalization: x̂ = (x - μ) / √(σ² + ε), where μ and σ² are the mean and the variance over the features of each row, then y = γ·x̂ + β
/// with a learned γ and β for every feature. It computes the same in training and at prediction, for any batch size.
/// </summary>
/// <remarks>
/// It uses the biased variance, as PyTorch does. Unlike <see cref="BatchNorm"/> it needs no second row and keeps no running statistics,
/// but it cannot be folded into the <see cref="Dense"/> before it at prediction. J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer
/// normalization", 2016. PyTorch: <c>LayerNorm</c>.
/// </remarks>
public sealed record LayerNorm : LayerSpec
{
    /// <summary>Creates the layer with its default options (Epsilon 1e-5).</summary>
    public LayerNorm()
    {
    }

    [JsonConstructor]
    internal LayerNorm(double epsilon = 1e-5) => Epsilon = epsilon;

    /// <summary>ε, above 0. It keeps the result of a row of equal features finite. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <inheritdoc/>
    protected internal override string Detail => this == new LayerNorm() ? "" : FormattableString.Invariant($"epsilon {Epsilon}");

    /// <inheritdoc/>
    public override void Validate()
    {
        // It must be above 0 in single precision, too.
        if (!((float)Epsilon > 0 && float.IsFinite((float)Epsilon)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Epsilon of a LayerNorm must be above 0 but is {Epsilon}; 1e-5 is the usual value."),
                nameof(Epsilon));
        }
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        return new LayerNormLayer<T>(
            this,
            place.Slots.Vector($"{place.Name}.scale", place.Input.Width, SlotKind.Scale),
            place.Slots.Vector($"{place.Name}.shift", place.Input.Width, SlotKind.Bias));
    }
}

internal sealed class LayerNormLayer<T>(LayerNorm spec, Slot scale, Slot shift)
    : Layer<T>(scale.Shape.Columns, scale.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _padded = Lanes.Pad(scale.Shape.Columns);

    // The stride of x, y, their gradients and x̂, which all have the same layout.
    private readonly int _stride = Lanes.Stride(scale.Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = [scale, shift];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    // x̂: (capacity, stride), then 1 / √(σ² + ε): (capacity).
    public override int MemoLength(int capacity) => checked(capacity * (_stride + 1));

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var ones = new T[Inputs];
        ones.AsSpan().Fill(T.One);
        write(scale, ones);
    }

    // The mean of a row is its product with a column of 1 / inputs.
    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        var shares = new float[Inputs];
        shares.AsSpan().Fill(1f / Inputs);
        string mean = graph.Constant("mean", shares, Inputs, 1);
        string centred = graph.Operator("Sub", [x, graph.Operator("MatMul", [x, mean])]);
        string variance = graph.Operator("MatMul", [graph.Operator("Mul", [centred, centred]), mean]);
        string shifted = graph.Operator("Add", [variance, graph.Constant("epsilon", [(float)spec.Epsilon], 1)]);
        string normalized = graph.Operator("Div", [centred, graph.Operator("Sqrt", [shifted])]);
        string scaled = graph.Operator("Mul", [normalized, graph.Constant(scale.Name, read(scale), Inputs)]);
        return graph.Operator("Add", [scaled, graph.Constant(shift.Name, read(shift), Inputs)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        ReadOnlySpan<T> gamma = pass.Parameters.Slice(scale.Offset, _padded), beta = pass.Parameters.Slice(shift.Offset, _padded);
        Span<T> inverseDeviations = InverseDeviations(pass);
        T count = T.CreateTruncating(Inputs), epsilon = T.CreateTruncating(spec.Epsilon);
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * _stride, _padded);
            T mean = RowReduction.Sum(Inputs, x) / count;
            // This makes the mean of equal numbers exact, for any size of the numbers.
            mean += RowReduction.SumOfDifferences(Inputs, x, mean) / count;
            T variance = RowReduction.SumOfSquares(Inputs, x, mean) / count;
            T inverseDeviation = T.One / T.Sqrt(variance + epsilon);
            inverseDeviations[row] = inverseDeviation;
            Normalize(
                x, Vector256.Create(mean), Vector256.Create(inverseDeviation), gamma, beta, pass.Memo.Slice(row * _stride, _padded),
                pass.Y.Slice(row * _stride, _padded));
        }
    }

    // dx = (γ·dy - mean(γ·dy) - x̂·mean(γ·dy·x̂)) / √(σ² + ε); dx holds γ·dy until its means are known.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        ReadOnlySpan<T> gamma = pass.Parameters.Slice(scale.Offset, _padded);
        ReadOnlySpan<T> inverseDeviations = InverseDeviations(pass);
        T count = T.CreateTruncating(Inputs);
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> dy = pass.DY.Slice(row * _stride, _padded), normalized = pass.Memo.Slice(row * _stride, _padded);
            Span<T> dx = pass.DX.Slice(row * _stride, _padded);
            for (int j = 0; j < _padded; j += Vector256<T>.Count)
                Store(Load(gamma, j) * Load(dy, j), dx, j);
            T mean = RowReduction.Sum(Inputs, dx) / count;
            T meanOfProducts = RowReduction.SumOfProducts(Inputs, dx, normalized) / count;
            Subtract(
                dx, Vector256.Create(mean), normalized, Vector256.Create(meanOfProducts), Vector256.Create(inverseDeviations[row]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        ReadOnlySpan<T> dy = pass.DY[from..];
        if (slot == shift)
            ColumnReduction.Sum(pass.Rows, dy, _stride, gradient, accumulate);
        else
            ColumnReduction.SumOfProducts(pass.Rows, dy, pass.Memo[from..], _stride, gradient, accumulate);
    }

    // x, gamma, beta, normalized, y: (padded). The padding of x may hold anything; that of the results is 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(
        ReadOnlySpan<T> x, Vector256<T> mean, Vector256<T> inverseDeviation, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta,
        Span<T> normalized, Span<T> y)
    {
        for (int j = 0; j < _padded; j += Vector256<T>.Count)
        {
            Vector256<T> value = (Load(x, j) - mean) * inverseDeviation;
            if (j + Vector256<T>.Count > Inputs)
                value &= Lanes.Below<T>(j, Inputs);
            Store(value, normalized, j);
            Store(Lanes.MultiplyAdd(value, Load(gamma, j), Load(beta, j)), y, j);
        }
    }

    // dx, normalized: (padded). The padding of dx becomes 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Subtract(
        Span<T> dx, Vector256<T> mean, ReadOnlySpan<T> normalized, Vector256<T> meanOfProducts, Vector256<T> inverseDeviation)
    {
        for (int j = 0; j < _padded; j += Vector256<T>.Count)
        {
            Vector256<T> value = inverseDeviation * (Load(dx, j) - mean - Load(normalized, j) * meanOfProducts);
            if (j + Vector256<T>.Count > Inputs)
                value &= Lanes.Below<T>(j, Inputs);
            Store(value, dx, j);
        }
    }

    // (capacity), behind x̂.
    private Span<T> InverseDeviations(in Pass<T> pass) => pass.Memo[(pass.Memo.Length / (_stride + 1) * _stride)..];

    private static Vector256<T> Load(ReadOnlySpan<T> span, int index) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);

    private static void Store(Vector256<T> value, Span<T> span, int index) => value.StoreUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);
}
