using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>z = (x - centre)·factor for each column, then y = z or y = z / √(1 + (z/3)²). Inputs that pass unchanged have centre 0 and factor
/// 1.</summary>
internal sealed class ScalingLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Limit = ColumnFunction.Limit;

    // Beyond it, y equals its limit in single precision, and z² might overflow.
    private const double MostBent = 1e6;

    private readonly ColumnLayout _layout;
    private readonly IReadOnlyList<double> _centresOfColumns, _factorsOfColumns;
    private readonly bool _hasSmoothClip;
    private Tables? _tables;

    /// <param name="layout">The columns that are encoded.</param>
    /// <param name="centres">The centre of each column: (columns). Empty if the encoder is not fitted; this layer then never computes.</param>
    /// <param name="factors">The factor of each column: (columns). Empty if the encoder is not fitted.</param>
    /// <param name="hasSmoothClip">True for y = z / √(1 + (z/3)²).</param>
    public ScalingLayer(ColumnLayout layout, IReadOnlyList<double> centres, IReadOnlyList<double> factors, bool hasSmoothClip)
        : base(layout.Inputs, layout.Outputs) =>
        (_layout, _centresOfColumns, _factorsOfColumns, _hasSmoothClip) = (layout, centres, factors, hasSmoothClip);

    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => _hasSmoothClip;

    // Created on first use, because a network description from a file is validated against its parameters first.
    private Tables All => _tables ??= new Tables(
        Spread(0, _centresOfColumns), Spread(1, _factorsOfColumns), _hasSmoothClip ? Spread(0, _factorsOfColumns.Select(_ => 1 / Limit)) : []);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        Tables tables = All;
        Vector256<T> one = Vector256<T>.One, most = Vector256.Create(T.CreateTruncating(MostBent));
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, share.ColumnTo);
            Span<T> y = pass.Y.Slice(row * pass.YStride, share.ColumnTo);
            for (int j = share.ColumnFrom; j < share.ColumnTo; j += Vector256<T>.Count)
            {
                Vector256<T> z = (Load(x, j) - Load(tables.Centres, j)) * Load(tables.Factors, j);
                if (_hasSmoothClip)
                {
                    Vector256<T> bend = Load(tables.Bends, j);
                    z = Vector256.ConditionalSelect(
                        Vector256.Equals(bend, Vector256<T>.Zero), z, Vector256.Max(Vector256.Min(z, most), -most));
                    Vector256<T> bent = z * bend;
                    z /= Vector256.Sqrt(Lanes.MultiplyAdd(bent, bent, one));
                }

                Store(z, y, j);
            }
        }
    }

    // dy/dx = factor·(1 - (y/3)²)^(3/2).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        Tables tables = All;
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> dy = pass.DY.Slice(row * pass.YStride, share.ColumnTo);
            Span<T> dx = pass.DX.Slice(row * pass.XStride, share.ColumnTo);
            for (int j = share.ColumnFrom; j < share.ColumnTo; j += Vector256<T>.Count)
            {
                Vector256<T> slope = Load(tables.Factors, j);
                if (_hasSmoothClip)
                {
                    Vector256<T> bent = Load(pass.Y.Slice(row * pass.YStride, share.ColumnTo), j) * Load(tables.Bends, j);
                    Vector256<T> left = Vector256.Max(Vector256<T>.One - bent * bent, Vector256<T>.Zero);
                    slope *= left * Vector256.Sqrt(left);
                }

                Store(Load(dy, j) * slope, dx, j);
            }
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string centred = graph.Operator("Sub", [x, graph.Constant("centres", Singles(Spread(0, _centresOfColumns)), Inputs)]);
        string z = graph.Operator("Mul", [centred, graph.Constant("factors", Singles(Spread(1, _factorsOfColumns)), Inputs)]);
        if (!_hasSmoothClip)
            return z;
        float[] bends = Singles(Spread(0, _factorsOfColumns.Select(_ => 1 / Limit)));
        float[] most = Array.ConvertAll(bends, bend => bend == 0 ? float.MaxValue : (float)MostBent);
        z = graph.Operator("Min", [z, graph.Constant("most", most, Inputs)]);
        z = graph.Operator("Max", [z, graph.Constant("least", Array.ConvertAll(most, number => -number), Inputs)]);
        string bent = graph.Operator("Mul", [z, graph.Constant("bends", bends, Inputs)]);
        string sum = graph.Operator("Add", [graph.Operator("Mul", [bent, bent]), graph.Constant("one", [1f], 1)]);
        return graph.Operator("Div", [z, graph.Operator("Sqrt", [sum])]);
    }

    public override ColumnScaling? ScalingAtPrediction(SlotReader<T> read) => _hasSmoothClip
        ? null
        : new ColumnScaling(
            Spread(1, _factorsOfColumns), Spread(0, _centresOfColumns.Zip(_factorsOfColumns, (centre, factor) => -centre * factor)));

    // (inputs): the values of the columns, and for all other inputs the value that passes them unchanged.
    private double[] Spread(double passing, IEnumerable<double> ofColumns)
    {
        var spread = new double[Inputs];
        spread.AsSpan().Fill(passing);
        foreach ((int input, double number) in _layout.EncodedInputs.Zip(ofColumns))
            spread[input] = number;
        return spread;
    }

    private static float[] Singles(double[] numbers) => Array.ConvertAll(numbers, number => (float)number);

    private static Vector256<T> Load(ReadOnlySpan<T> span, int index) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);

    private static void Store(Vector256<T> value, Span<T> span, int index) => value.StoreUnsafe(ref MemoryMarshal.GetReference(span), (nuint)index);

    /// <summary>Arrays of (padded inputs) with a padding of 0. An element of bends is 1/3 if y has a smooth clip, otherwise 0.</summary>
    private sealed class Tables(double[] centres, double[] factors, double[] bends)
    {
        public T[] Centres { get; } = Padded(centres);

        public T[] Factors { get; } = Padded(factors);

        public T[] Bends { get; } = Padded(bends);

        private static T[] Padded(double[] numbers)
        {
            var padded = new T[Lanes.Pad(numbers.Length)];
            for (int i = 0; i < numbers.Length; i++)
                padded[i] = T.CreateTruncating(numbers[i]);
            return padded;
        }
    }
}
