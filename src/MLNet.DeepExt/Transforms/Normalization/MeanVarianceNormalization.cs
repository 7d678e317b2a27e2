using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Mean and variance of every slot of a column, learned on training data: what y = (x - μ) / σ and x = σ·y + μ need.</summary>
/// <remarks>
/// A slot whose values did not vary gives 0, and comes back as its constant. NaN and infinities pass through and are not made finite.
/// </remarks>
public sealed class MeanVarianceNormalization : InputNormalization
{
    // A relative deviation of 1e-14 is rounding, not variation: values are single precision, sums are double.
    private const double RoundingVariance = 1e-28;

    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _deviations; // 0 where the values did not vary
    private readonly double[] _scales;     // 1/σ, likewise 0

    internal MeanVarianceNormalization(double[] means, double[] variances)
        : base(means.Length)
    {
        _means = means;
        _variances = variances;
        _deviations = new double[means.Length];
        _scales = new double[means.Length];
        for (int slot = 0; slot < means.Length; slot++)
        {
            if (variances[slot] <= RoundingVariance * means[slot] * means[slot])
                continue;
            _deviations[slot] = Math.Sqrt(variances[slot]);
            _scales[slot] = 1 / _deviations[slot];
        }
    }

    /// <summary>μ by slot. 0 where no value was finite, and for slots of categories, which stay as they are.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>
    /// σ² = 1/m · Σ (x - μ)² by slot, m being the number of finite values. 0 where the values did not vary, 1 for slots of categories.
    /// </summary>
    public IReadOnlyList<double> Variances => _variances;

    internal static NormalizationLearner CreateLearner(SlotPlan plan) => new NormalizationLearner<Moments>(plan, _ => default, Finish);

    internal static MeanVarianceNormalization Load(ContentReader reader)
    {
        var means = new double[reader.ReadCount("slots", bytesPerItem: 2 * sizeof(double), bytesInMemory: 32)];
        var variances = new double[means.Length];
        foreach (ref double mean in means.AsSpan())
            mean = reader.ReadDouble();
        foreach (ref double variance in variances.AsSpan())
            variance = reader.ReadDouble();
        for (int slot = 0; slot < means.Length; slot++)
        {
            if (!double.IsFinite(means[slot]) || !double.IsFinite(variances[slot]) || variances[slot] < 0)
                throw new InvalidDataException($"The model file has an impossible mean or variance in slot {slot}; the file is damaged or changed.");
        }

        return new MeanVarianceNormalization(means, variances);
    }

    internal override void Normalize(Span<float> values)
    {
        for (int slot = 0; slot < values.Length; slot++)
            values[slot] = (float)((values[slot] - _means[slot]) * _scales[slot]);
    }

    internal override void Denormalize(Span<float> values)
    {
        for (int slot = 0; slot < values.Length; slot++)
            values[slot] = (float)(values[slot] * _deviations[slot] + _means[slot]);
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write(SlotCount);
        foreach (double mean in _means)
            writer.Write(mean);
        foreach (double variance in _variances)
            writer.Write(variance);
    }

    private protected override string EmitNormalizeWide(IOperatorGraph graph, string x)
    {
        string centred = graph.Operator("Sub", [x, graph.Constant("means", _means, SlotCount)]);
        return graph.Operator("Mul", [centred, graph.Constant("scales", _scales, SlotCount)]);
    }

    private protected override string EmitDenormalizeWide(IOperatorGraph graph, string y)
    {
        string scaled = graph.Operator("Mul", [y, graph.Constant("deviations", _deviations, SlotCount)]);
        return graph.Operator("Add", [scaled, graph.Constant("means", _means, SlotCount)]);
    }

    private static MeanVarianceNormalization Finish(SlotPlan plan, Moments[] moments) => new(
        Array.ConvertAll(plan.StatisticOfSlot, statistic => statistic == SlotPlan.LeftAlone ? 0 : moments[statistic].Mean),
        Array.ConvertAll(plan.StatisticOfSlot, statistic => statistic == SlotPlan.LeftAlone ? 1 : moments[statistic].Variance));
}
