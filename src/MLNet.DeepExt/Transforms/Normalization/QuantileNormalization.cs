using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>What methods have in common that learn quantiles of a column.</summary>
/// <remarks>
/// What is not finite, NaN or infinite, gives NaN, there and back. Quantiles are exact as long as no slot has more than k numbers other
/// than 0, and otherwise estimated in one pass: their rank is off by 1/k of all numbers at most (standard deviation). k is 1,048,576
/// divided by the number of statistics, but from 256 to 8,192, so that learning takes 64 MiB or less up to 4,096 slots: the error is 0.012
/// % for 128 slots, 0.075 % for 784.
/// </remarks>
public abstract class QuantileNormalization : InputNormalization
{
    private readonly int[] _statisticOfSlot;
    private readonly double[][] _quantiles; // by statistic, all of one length

    private protected QuantileNormalization(int[] statisticOfSlot, double[][] quantiles)
        : base(statisticOfSlot.Length)
    {
        _statisticOfSlot = statisticOfSlot;
        _quantiles = quantiles;
    }

    /// <summary>Makes the kind of what was learned, or read.</summary>
    private protected delegate QuantileNormalization Creator(int[] statisticOfSlot, double[][] quantiles);

    /// <summary>
    /// The quantiles of a slot at equally spaced ranks, from the smallest value to the largest. All 0 where no value was finite; none for
    /// a slot of a category, which stays as it is.
    /// </summary>
    /// <param name="slot">The slot, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public IReadOnlyList<double> QuantilesOf(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, SlotCount);
        return _statisticOfSlot[slot] is not SlotPlan.LeftAlone and var statistic ? _quantiles[statistic] : [];
    }

    internal sealed override void Normalize(Span<float> values)
    {
        for (int slot = 0; slot < values.Length; slot++)
        {
            if (_statisticOfSlot[slot] is not SlotPlan.LeftAlone and var statistic)
                values[slot] = float.IsFinite(values[slot]) ? (float)Normalize(statistic, values[slot]) : float.NaN;
        }
    }

    internal sealed override void Denormalize(Span<float> values)
    {
        for (int slot = 0; slot < values.Length; slot++)
        {
            if (_statisticOfSlot[slot] is not SlotPlan.LeftAlone and var statistic)
                values[slot] = float.IsFinite(values[slot]) ? (float)Denormalize(statistic, values[slot]) : float.NaN;
        }
    }

    internal sealed override void Save(BinaryWriter writer)
    {
        writer.Write(SlotCount);
        foreach (int statistic in _statisticOfSlot)
            writer.Write(statistic);
        writer.Write(_quantiles.Length);
        foreach (double[] quantiles in _quantiles)
        {
            writer.Write(quantiles.Length);
            foreach (double quantile in quantiles)
                writer.Write(quantile);
        }
    }

    /// <param name="plan">Which slots go into which statistic.</param>
    /// <param name="points">How many quantiles are wanted, at least 2, of so many numbers.</param>
    /// <param name="create">Makes the kind.</param>
    private protected static NormalizationLearner CreateLearner(SlotPlan plan, Func<long, int> points, Creator create) =>
        new NormalizationLearner<QuantileSketch>(
            plan,
            statistic => new QuantileSketch(plan.SketchCapacity, plan.Coins.Derive((ulong)statistic)),
            (_, sketches) =>
            {
                int wanted = points(sketches.Select(sketch => sketch.Count).DefaultIfEmpty(0).Max());
                return create(plan.StatisticOfSlot, Array.ConvertAll(sketches, sketch => sketch.Quantiles(wanted)));
            });

    /// <param name="reader">The content, after the name of the method.</param>
    /// <param name="isPossible">Whether there may be so many quantiles.</param>
    /// <param name="create">Makes the kind.</param>
    private protected static QuantileNormalization Load(ContentReader reader, Predicate<int> isPossible, Creator create)
    {
        var statisticOfSlot = new int[reader.ReadCount("slots", sizeof(int), bytesInMemory: 16)];
        foreach (ref int statistic in statisticOfSlot.AsSpan())
            statistic = reader.ReadInt32();
        var quantiles = new double[reader.ReadCount("statistics", sizeof(int), bytesInMemory: 64)][];
        for (int i = 0; i < quantiles.Length; i++)
        {
            quantiles[i] = new double[reader.ReadCount("quantiles", sizeof(double), bytesInMemory: 16)];
            foreach (ref double quantile in quantiles[i].AsSpan())
                quantile = reader.ReadDouble();
            if (!isPossible(quantiles[i].Length) || quantiles[i].Length != quantiles[0].Length || !IsAscending(quantiles[i]))
                throw new InvalidDataException($"The model file has impossible quantiles in statistic {i}; the file is damaged or changed.");
        }

        int wrong = Array.FindIndex(statisticOfSlot, statistic => statistic < SlotPlan.LeftAlone || statistic >= quantiles.Length);
        return wrong < 0 ? create(statisticOfSlot, quantiles) : throw new InvalidDataException(
            $"The model file has statistic {statisticOfSlot[wrong]} of {quantiles.Length} in slot {wrong}; the file is damaged or changed.");
    }

    private protected abstract double Normalize(int statistic, double x);

    private protected abstract double Denormalize(int statistic, double y);

    private protected abstract string EmitNormalizeFinite(IOperatorGraph graph, string x);

    private protected abstract string EmitDenormalizeFinite(IOperatorGraph graph, string y);

    private protected sealed override string EmitNormalizeWide(IOperatorGraph graph, string x) =>
        Emit(graph, x, EmitNormalizeFinite);

    private protected sealed override string EmitDenormalizeWide(IOperatorGraph graph, string y) =>
        Emit(graph, y, EmitDenormalizeFinite);

    /// <summary>Adds numbers that the quantiles of a slot give, as many of each slot: (slots), or (slots, numbers).</summary>
    private protected string BySlot(IOperatorGraph graph, string name, Func<double[], double[]> numbersOf)
    {
        double[][] numbers = Array.ConvertAll(_quantiles, quantiles => numbersOf(quantiles));
        double[] all = [.. numbers.SelectMany(ofStatistic => ofStatistic)];
        int count = numbers[0].Length;
        string constant = count == 1 ? graph.Constant(name, all, numbers.Length) : graph.Constant(name, all, numbers.Length, count);
        // Those that slots share are there once.
        long[] places = Array.ConvertAll(_statisticOfSlot, statistic => Math.Max(0L, statistic));
        return graph.Operator("Gather", [constant, graph.Constant("statistics", places)]);
    }

    // Not Clip, whose bounds are scalars: the converter of ML.NET knows none.
    private protected static string Clip(IOperatorGraph graph, string values, double least, double most) =>
        graph.Operator("Min", [graph.Operator("Max", [values, graph.Constant("least", [least], 1)]), graph.Constant("most", [most], 1)]);

    private string Emit(IOperatorGraph graph, string values, Func<IOperatorGraph, string, string> emitFinite)
    {
        if (_quantiles.Length == 0)
            return values;
        // 0 times a number that is not finite is NaN.
        string nothing = graph.Operator("Mul", [values, graph.Constant("zero", [0.0], 1)]);
        string result = graph.Operator("Add", [emitFinite(graph, values), nothing]);
        if (!_statisticOfSlot.Contains(SlotPlan.LeftAlone))
            return result;
        double[] leftAlone = Array.ConvertAll(_statisticOfSlot, statistic => statistic == SlotPlan.LeftAlone ? 1.0 : 0);
        string numbers = graph.Constant("categorical", leftAlone, SlotCount);
        string mask = graph.Operator("Cast", [numbers], [new OperatorAttribute("to", typeof(bool))]);
        return graph.Operator("Where", [mask, values, result]);
    }

    private static bool IsAscending(double[] quantiles) =>
        Array.TrueForAll(quantiles, double.IsFinite) && !quantiles.Zip(quantiles.Skip(1)).Any(pair => pair.First > pair.Second);
}
