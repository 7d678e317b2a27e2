using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Batch normalization: x̂ = (x - μ) / √(σ² + ε), where μ and σ² are the mean and the variance of each column over the mini-batch, then
/// y = γ·x̂ + β with learned γ and β. Predictions use exponentially weighted averages of μ and σ² instead.
/// </summary>
/// <remarks>
/// Put it between a <see cref="Dense"/> and its activation. Training divides by the biased variance, and the running average uses the
/// unbiased variance, as PyTorch does. A training batch needs at least 2 rows. S. Ioffe, C. Szegedy, "Batch
/// normalization: accelerating deep network training by reducing internal covariate shift", 2015.
/// </remarks>
public sealed record BatchNorm : LayerSpec
{
    /// <summary>Creates the layer with its default options (Momentum 0.9, Epsilon 1e-5).</summary>
    public BatchNorm()
    {
    }

    [JsonConstructor]
    internal BatchNorm(double momentum = 0.9, double epsilon = 1e-5) => (Momentum, Epsilon) = (momentum, epsilon);

    /// <summary>
    /// The weight of the previous value in the running averages, in [0, 1): running = Momentum·running + (1 - Momentum)·batch.
    /// Default 0.9, which averages about the last 10 steps. PyTorch's momentum is 1 minus this value.
    /// </summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>ε, above 0. It keeps the result of a constant column finite. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine | LayerTraits.SubtractsMean;

    /// <inheritdoc/>
    protected internal override string Detail =>
        this == new BatchNorm() ? "" : FormattableString.Invariant($"momentum {Momentum}, epsilon {Epsilon}");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Momentum >= 0 && Momentum < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Momentum of a BatchNorm must be in [0, 1) but is {Momentum}; it is the weight of the previous value; 0.9 is the default."), nameof(Momentum));
        }

        // It must be above 0 in single precision, too.
        if (!((float)Epsilon > 0 && float.IsFinite((float)Epsilon)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Epsilon of a BatchNorm must be above 0 but is {Epsilon}; 1e-5 is the usual value."),
                nameof(Epsilon));
        }
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        return new BatchNormLayer<T>(
            this,
            place.Slots.Vector($"{place.Name}.scale", place.Input.Width, SlotKind.Scale),
            place.Slots.Vector($"{place.Name}.shift", place.Input.Width, SlotKind.Bias),
            place.Slots.Buffer($"{place.Name}.mean", place.Input.Width),
            place.Slots.Buffer($"{place.Name}.variance", place.Input.Width, least: 0));
    }
}

internal sealed class BatchNormLayer<T>(BatchNorm spec, Slot scale, Slot shift, Slot mean, Slot variance)
    : Layer<T>(scale.Shape.Columns, scale.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Columns that are processed together (mean, variance, normalization), so that they stay in the first-level cache.
    private const int PartWidth = 2 * Lanes.Strip;

    // The stride of x, y, their gradients and x̂, which all have the same layout.
    private readonly int _stride = Lanes.Stride(scale.Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = [scale, shift];

    public override IReadOnlyList<Slot> Buffers { get; } = [mean, variance];

    public override Split ForwardSplit => Split.Columns;

    public override Split BackwardSplit => Split.Columns;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    // 1 / √(σ² + ε), mean and variance: (3, stride), then x̂: (capacity, stride).
    public override int MemoLength(int capacity) => checked((capacity + 3) * _stride);

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var ones = new T[Inputs];
        ones.AsSpan().Fill(T.One);
        write(scale, ones);
        write(variance, ones);
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read) => graph.Operator(
        "BatchNormalization",
        [x, .. new[] { scale, shift, mean, variance }.Select(slot => graph.Constant(slot.Name, read(slot), Inputs))],
        [new OperatorAttribute("epsilon", (float)spec.Epsilon)]);

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int column = share.ColumnFrom; column < share.ColumnTo; column += PartWidth)
            ForwardPart(pass, share with { ColumnFrom = column, ColumnTo = Math.Min(share.ColumnTo, column + PartWidth) });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardPart(in Pass<T> pass, in Rectangle share)
    {
        Span<T> centre = pass.Buffers.Slice(mean.Offset + share.ColumnFrom, share.Width);
        Span<T> variances = pass.Buffers.Slice(variance.Offset + share.ColumnFrom, share.Width);
        ReadOnlySpan<T> x = pass.X[share.Offset(_stride)..];
        if (pass.Mode != ForwardMode.Inference)
        {
            Span<T> runningMean = centre, runningVariance = variances;
            centre = pass.Memo.Slice(_stride + share.ColumnFrom, share.Width);
            variances = pass.Memo.Slice(2 * _stride + share.ColumnFrom, share.Width);
            BatchStatistics(pass.Rows, x, centre, variances);
            if (pass.Mode == ForwardMode.Train)
            {
                MoveAverage(runningMean, centre, 1);
                MoveAverage(runningVariance, variances, (double)pass.Rows / (pass.Rows - 1));
            }
        }

        Span<T> inverseDeviation = pass.Memo.Slice(share.ColumnFrom, share.Width);
        InverseDeviation(variances, inverseDeviation);
        Normalize(
            share, x, centre, inverseDeviation,
            pass.Parameters.Slice(scale.Offset + share.ColumnFrom, share.Width),
            pass.Parameters.Slice(shift.Offset + share.ColumnFrom, share.Width),
            pass.Memo[(3 * _stride + share.Offset(_stride))..], pass.Y[share.Offset(_stride)..]);
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int column = share.ColumnFrom; column < share.ColumnTo; column += PartWidth)
            BackwardPart(pass, share with { ColumnFrom = column, ColumnTo = Math.Min(share.ColumnTo, column + PartWidth) });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardPart(in Pass<T> pass, in Rectangle share)
    {
        // dx = γ / √(σ² + ε) · (dy - mean(dy) - x̂·mean(dy·x̂)); the sums are stored where the batch's mean and variance were.
        ReadOnlySpan<T> gamma = pass.Parameters.Slice(scale.Offset + share.ColumnFrom, share.Width);
        ReadOnlySpan<T> inverseDeviation = pass.Memo.Slice(share.ColumnFrom, share.Width);
        Span<T> sum = pass.Memo.Slice(_stride + share.ColumnFrom, share.Width);
        Span<T> sumOfProducts = pass.Memo.Slice(2 * _stride + share.ColumnFrom, share.Width);
        ReadOnlySpan<T> normalized = pass.Memo[(3 * _stride + share.Offset(_stride))..];
        ReadOnlySpan<T> dy = pass.DY[share.Offset(_stride)..];
        if (pass.Mode == ForwardMode.Inference)
        {
            // μ and σ² do not depend on the batch, so no gradient flows back through them.
            sum.Clear();
            sumOfProducts.Clear();
        }
        else
        {
            ColumnReduction.Sum(pass.Rows, dy, _stride, sum, accumulate: false);
            ColumnReduction.SumOfProducts(pass.Rows, dy, normalized, _stride, sumOfProducts, accumulate: false);
        }

        Vector256<T> perRow = Vector256.Create(T.One / T.CreateTruncating(pass.Rows));
        for (int row = 0; row < share.Rows; row++)
        {
            ReadOnlySpan<T> dyRow = dy.Slice(row * _stride, share.Width);
            ReadOnlySpan<T> normalizedRow = normalized.Slice(row * _stride, share.Width);
            Span<T> dxRow = pass.DX.Slice(share.Offset(_stride) + row * _stride, share.Width);
            for (int j = 0; j < share.Width; j += Vector256<T>.Count)
            {
                Vector256<T> centred = Load(dyRow, j) - perRow * Load(sum, j) - Load(normalizedRow, j) * (perRow * Load(sumOfProducts, j));
                Store(Load(gamma, j) * Load(inverseDeviation, j) * centred, dxRow, j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        ReadOnlySpan<T> dy = pass.DY[from..];
        if (slot == shift)
            ColumnReduction.Sum(pass.Rows, dy, _stride, gradient, accumulate);
        else
            ColumnReduction.SumOfProducts(pass.Rows, dy, pass.Memo[(3 * _stride + from)..], _stride, gradient, accumulate);
    }

    public override ColumnScaling ScalingAtPrediction(SlotReader<T> read)
    {
        var factors = new double[Inputs];
        var shifts = new double[Inputs];
        T[] scales = read(scale), centres = read(shift), means = read(mean), variances = read(variance);
        for (int j = 0; j < Inputs; j++)
        {
            double deviation = Math.Sqrt(double.CreateTruncating(variances[j]) + spec.Epsilon);
            factors[j] = double.CreateTruncating(scales[j]) / deviation;
            shifts[j] = double.CreateTruncating(centres[j]) - double.CreateTruncating(means[j]) * factors[j];
        }

        return new ColumnScaling(factors, shifts);
    }

    // x: (rows, stride), from the first column of the share; batchMean, batchVariance: (width).
    private void BatchStatistics(int rows, ReadOnlySpan<T> x, Span<T> batchMean, Span<T> batchVariance)
    {
        if (rows < 2)
        {
            throw new InvalidOperationException(
                $"Batch normalization needs at least 2 rows in a training batch but got {rows}; use a larger batch, or remove the BatchNorm.");
        }

        ColumnReduction.Sum(rows, x, _stride, batchMean, accumulate: false);
        Divide(batchMean, rows);
        ColumnReduction.SumOfSquares(rows, x, _stride, batchMean, batchVariance);
        Divide(batchVariance, rows);
    }

    private static void Divide(Span<T> sums, int rows)
    {
        for (int j = 0; j < sums.Length; j += Vector256<T>.Count)
            Store(Load(sums, j) / Vector256.Create(T.CreateTruncating(rows)), sums, j);
    }

    // running, batch: (width).
    private void MoveAverage(Span<T> running, ReadOnlySpan<T> batch, double correction)
    {
        Vector256<T> past = Vector256.Create(T.CreateTruncating(spec.Momentum));
        Vector256<T> present = Vector256.Create(T.CreateTruncating((1 - spec.Momentum) * correction));
        for (int j = 0; j < running.Length; j += Vector256<T>.Count)
            Store(Lanes.MultiplyAdd(present, Load(batch, j), past * Load(running, j)), running, j);
    }

    // variances, inverseDeviation: (width).
    private void InverseDeviation(ReadOnlySpan<T> variances, Span<T> inverseDeviation)
    {
        Vector256<T> epsilon = Vector256.Create(T.CreateTruncating(spec.Epsilon));
        for (int j = 0; j < variances.Length; j += Vector256<T>.Count)
            Store(Vector256<T>.One / Vector256.Sqrt(Load(variances, j) + epsilon), inverseDeviation, j);
    }

    // x, normalized, y: (rows, stride), from the first element of the share; the others: (width).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(
        in Rectangle share, ReadOnlySpan<T> x, ReadOnlySpan<T> centre, ReadOnlySpan<T> inverseDeviation,
        ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> normalized, Span<T> y)
    {
        for (int row = 0; row < share.Rows; row++)
        {
            ReadOnlySpan<T> xRow = x.Slice(row * _stride, share.Width);
            Span<T> normalizedRow = normalized.Slice(row * _stride, share.Width);
            Span<T> yRow = y.Slice(row * _stride, share.Width);
            for (int j = 0; j < share.Width; j += Vector256<T>.Count)
            {
                Vector256<T> value = (Load(xRow, j) - Load(centre, j)) * Load(inverseDeviation, j);
                Store(value, normalizedRow, j);
                Store(Lanes.MultiplyAdd(value, Load(gamma, j), Load(beta, j)), yRow, j);
            }
        }
    }

    private static Vector256<T> Load(ReadOnlySpan<T> span, int index) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);

    private static void Store(Vector256<T> value, Span<T> span, int index) => value.StoreUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);
}
