using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column by sines and cosines with learned frequencies, e = (sin 2πc₁x, …, sin 2πcₖx, cos 2πc₁x, …, cos 2πcₖx), then by a
/// linear map of them and a ReLU: y = max(0, e·W + b).
/// </summary>
/// <remarks>
/// Frequencies are initialized from a normal distribution with standard deviation <see cref="Deviation"/>, truncated at three standard deviations.
/// Columns should have the same scale: put a <see cref="RobustScale"/> or <see cref="Standardize"/> before it. It needs no fitting; frequencies, W
/// and b are parameters. Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022: PLR, and
/// PLR(lite) with <see cref="IsShared"/>. D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees
/// on tabular data", 2024: with <see cref="AddInput"/>.
/// </remarks>
public sealed record PeriodicEmbedding : InputEncoder
{
    private const int Most = 1024;

    /// <summary>Creates the layer with its default options (Frequencies 48, Deviation 0.01, Dimension 24, UseRelu true), for all inputs.</summary>
    public PeriodicEmbedding()
    {
    }

    [JsonConstructor]
    internal PeriodicEmbedding(
        IReadOnlyList<SlotRange>? columns = null, int frequencies = 48, double deviation = 0.01, int dimension = 24, bool useRelu = true,
        bool isShared = false, bool addInput = false) =>
        (Columns, Frequencies, Deviation, Dimension, UseRelu, IsShared, AddInput) =
            (columns, frequencies, deviation, dimension, useRelu, isShared, addInput);

    /// <summary>k, the number of frequencies of each column, from 1 to 1,024. Default 48.</summary>
    public int Frequencies { get; init; } = 48;

    /// <summary>
    /// The standard deviation of the initial frequencies, above 0. Default 0.01. A larger value lets the output change faster along a column;
    /// typical values are 0.01 to 10.
    /// </summary>
    public double Deviation { get; init; } = 0.01;

    /// <summary>The number of outputs of the linear map of each column, from 1 to 1,024. Default 24.</summary>
    public int Dimension { get; init; } = 24;

    /// <summary>True if a ReLU follows the linear map. Default true.</summary>
    public bool UseRelu { get; init; } = true;

    /// <summary>True if all columns share W and b ("lite"), which needs fewer parameters. Default false.</summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// True to append x itself to the outputs of each column. Default false. With 16 Frequencies, a Deviation of 0.1, a Dimension of 3 and no ReLU
    /// this is the embedding of RealMLP ("PBLD"), whose phases are expressed by the weights of sines and cosines.
    /// </summary>
    public bool AddInput { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsFitted => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsQuantiles => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => Dimension + (AddInput ? 1 : 0);

    /// <inheritdoc/>
    protected override int? FittedColumns => null;

    /// <inheritdoc/>
    protected internal override string Detail => Describe(
    [
        FormattableString.Invariant($"{Frequencies} frequencies of {Deviation} → {Dimension}"),
        .. UseRelu ? Array.Empty<string>() : ["no relu"],
        .. IsShared ? ["shared"] : Array.Empty<string>(),
        .. AddInput ? ["with x"] : Array.Empty<string>(),
    ]);

    /// <inheritdoc/>
    public override PeriodicEmbedding Fit(IReadOnlyList<ColumnStatistics> columns) => this;

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var layout = new ColumnLayout(this, place.Input.Width);
        Slot frequencies = place.Slots.Vectors($"{place.Name}.frequencies", layout.Columns, Frequencies, SlotKind.Scale);
        return new PeriodicEmbeddingLayer<T>(this, layout, frequencies, ColumnMap.Of(place, layout, 2 * Frequencies, Dimension, UseRelu, IsShared));
    }

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        RequireInRange(nameof(Frequencies), Frequencies, "48 is the usual value");
        RequireInRange(nameof(Dimension), Dimension, "24 is the usual value");
        if (!((float)Deviation > 0 && float.IsFinite((float)Deviation)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Deviation of a PeriodicEmbedding must be above 0 but is {Deviation}; 0.01 is the usual value."), nameof(Deviation));
        }
    }

    private static void RequireInRange(string name, int value, string remedy)
    {
        if (value is < 1 or > Most)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name} of a PeriodicEmbedding must be from 1 to {Most} but is {value}; {remedy}."), name);
        }
    }
}

/// <summary>Computes a <see cref="PeriodicEmbedding"/>. The frequencies c are (columns, k), with each row padded to whole strips.</summary>
internal sealed class PeriodicEmbeddingLayer<T>(PeriodicEmbedding spec, ColumnLayout layout, Slot frequencies, ColumnMap map)
    : ColumnEmbeddingLayer<T>(layout, 2 * spec.Frequencies, map, frequencies)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Farthest = 3; // standard deviations

    private static readonly T Turn = T.CreateTruncating(2 * Math.PI);

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        base.Initialize(random, write);
        CounterRandom numbers = random.Derive(2);
        var values = new T[frequencies.Shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            CounterRandom tries = numbers.Derive((ulong)i);
            ulong attempt = 0;
            double number = tries.Normal(attempt);
            while (Math.Abs(number) > Farthest)
                number = tries.Normal(++attempt);
            values[i] = T.CreateTruncating(spec.Deviation * number);
        }

        write(frequencies, values);
    }

    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        if (slot != frequencies)
        {
            base.BackwardParameters(pass, slot, from, gradient, accumulate);
            return;
        }

        if (!accumulate)
            gradient.Clear();
        // gradient: a range of (columns, padded k).
        int padded = Lanes.Pad(spec.Frequencies);
        Span<T> gated = stackalloc T[Lanes.Pad(spec.Dimension)];
        ReadOnlySpan<T> weights = KeptWeights(pass);
        for (int row = 0; row < pass.Rows; row++)
        {
            for (int column = from / padded; column * padded < from + gradient.Length; column++)
            {
                GateOf(pass, row, column, gated);
                ReadOnlySpan<T> e = EncodingOf(pass, row, column);
                T turns = Turn * pass.X[row * pass.XStride + Layout.InputOf[column]];
                int begin = Math.Max(0, from - column * padded), end = Math.Min(spec.Frequencies, from + gradient.Length - column * padded);
                for (int f = begin; f < end; f++)
                    gradient[column * padded + f - from] += turns * AngleGradient(weights, column, f, e, gated);
            }
        }
    }

    // Uses vector sin and cos, so the result for a number does not depend on its neighbours or on the row.
    protected override void Encode(in Pass<T> pass, int column, T x, Span<T> e)
    {
        int k = spec.Frequencies, padded = Lanes.Pad(k);
        Span<T> sines = stackalloc T[padded], cosines = stackalloc T[padded];
        ReadOnlySpan<T> c = pass.Parameters.Slice(frequencies.IndexOf(column, 0), padded);
        Vector256<T> turns = Vector256.Create(Turn), value = Vector256.Create(x);
        for (int f = 0; f < padded; f += Vector256<T>.Count)
        {
            Vector256<T> angle = turns * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(c), (nuint)f) * value;
            (Vector256<T> sine, Vector256<T> cosine) = SinCos(angle);
            sine.StoreUnsafe(ref MemoryMarshal.GetReference(sines), (nuint)f);
            cosine.StoreUnsafe(ref MemoryMarshal.GetReference(cosines), (nuint)f);
        }

        sines[..k].CopyTo(e);
        cosines[..k].CopyTo(e[k..]);
    }

    protected override T InputGradient(in Pass<T> pass, int column, T x, ReadOnlySpan<T> e, ReadOnlySpan<T> gated)
    {
        ReadOnlySpan<T> c = pass.Parameters.Slice(frequencies.IndexOf(column, 0), spec.Frequencies);
        ReadOnlySpan<T> weights = Weights(pass);
        T sum = T.Zero;
        for (int f = 0; f < c.Length; f++)
            sum += c[f] * AngleGradient(weights, column, f, e, gated);
        return Turn * sum;
    }

    protected override string EmitEncodings(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        int k = spec.Frequencies, count = Layout.Columns * k;
        float[] turns = Array.ConvertAll(read(frequencies), frequency => (float)(2 * Math.PI) * frequency);
        string angles = graph.Operator("Mul", [Layout.EmitColumns(graph, x, k), graph.Constant(frequencies.Name, turns, count)]);
        string both = graph.Operator(
            "Concat", [graph.Operator("Sin", [angles]), graph.Operator("Cos", [angles])], [new OperatorAttribute("axis", 1)]);
        long[] places = [.. Enumerable.Range(0, Layout.Columns).SelectMany(column => Enumerable.Range(0, 2 * k)
            .Select(i => (long)(i < k ? column * k + i : count + column * k + i - k)))];
        return graph.Operator("Gather", [both, graph.Constant("encodings", places)], [new OperatorAttribute("axis", 1)]);
    }

    // ∂J/∂(2πcx) of one frequency.
    private T AngleGradient(ReadOnlySpan<T> weights, int column, int frequency, ReadOnlySpan<T> e, ReadOnlySpan<T> gated) =>
        e[spec.Frequencies + frequency] * EncodingGradient(weights, column, frequency, gated)
        - e[frequency] * EncodingGradient(weights, column, spec.Frequencies + frequency, gated);

    private static (Vector256<T> Sin, Vector256<T> Cos) SinCos(Vector256<T> angle)
    {
        if (typeof(T) == typeof(float))
        {
            (Vector256<float> sine, Vector256<float> cosine) = Vector256.SinCos(angle.AsSingle());
            return (sine.As<float, T>(), cosine.As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            (Vector256<double> sine, Vector256<double> cosine) = Vector256.SinCos(angle.AsDouble());
            return (sine.As<double, T>(), cosine.As<double, T>());
        }

        throw Lanes.OnlyFloatAndDouble<T>();
    }
}
