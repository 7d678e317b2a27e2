using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms;

/// <summary>Mean and variance of every slot of a column, learned on training data: what y = (x - μ) / σ needs.</summary>
public sealed class InputMoments
{
    // A relative deviation of 1e-14 is rounding, not variation: values are single precision, sums are double.
    private const double RoundingVariance = 1e-28;

    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _scales;

    internal InputMoments(double[] means, double[] variances)
    {
        _means = means;
        _variances = variances;
        _scales = new double[means.Length];
        for (int slot = 0; slot < means.Length; slot++)
        {
            bool constant = variances[slot] <= RoundingVariance * means[slot] * means[slot];
            _scales[slot] = constant ? 0 : 1 / Math.Sqrt(variances[slot]);
        }
    }

    /// <summary>μ by slot; one value for a scalar column. 0 where no value was finite.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>σ² = 1/m · Σ (x - μ)² by slot, m being the number of finite values. 0 where the values did not vary.</summary>
    public IReadOnlyList<double> Variances => _variances;

    internal int Length => _means.Length;

    internal float Normalize(int slot, float value) => (float)((value - _means[slot]) * _scales[slot]);

    /// <summary>values: (slots), normalized in place.</summary>
    internal void Normalize(Span<float> values)
    {
        for (int slot = 0; slot < values.Length; slot++)
            values[slot] = Normalize(slot, values[slot]);
    }

    /// <summary>Takes down the same as operators, in double precision as here.</summary>
    internal string Describe(IOperatorGraph graph, string values)
    {
        string wide = graph.Operator("Cast", [values], [new OperatorAttribute("to", typeof(double))]);
        string centred = graph.Operator("Sub", [wide, graph.Constant("means", _means, Length)]);
        string scaled = graph.Operator("Mul", [centred, graph.Constant("scales", _scales, Length)]);
        return graph.Operator("Cast", [scaled], [new OperatorAttribute("to", typeof(float))]);
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Length);
        foreach (double mean in _means)
            writer.Write(mean);
        foreach (double variance in _variances)
            writer.Write(variance);
    }

    internal static InputMoments Load(BinaryReader reader)
    {
        var means = new double[reader.ReadCount("slots", bytesPerItem: 2 * sizeof(double))];
        var variances = new double[means.Length];
        foreach (ref double mean in means.AsSpan())
            mean = reader.ReadDouble();
        foreach (ref double variance in variances.AsSpan())
            variance = reader.ReadDouble();
        return new InputMoments(means, variances);
    }
}
