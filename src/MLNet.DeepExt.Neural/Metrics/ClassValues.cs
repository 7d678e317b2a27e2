using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Figures of classes that were computed elsewhere.</summary>
/// <param name="count">Classes or labels.</param>
internal sealed class ClassValues(int count) : ClassFigures
{
    private readonly double[] _values = new double[count];
    private readonly double[] _support = Filled(count); // NaN where no row says anything of the class

    public override int Count => count;

    public override bool IsEmpty => Array.TrueForAll(_support, double.IsNaN);

    public override double Pooled => throw new NotSupportedException("Outputs of different classes have no common order.");

    public override double Of(int index) => _values[index];

    public override bool IsKnown(int index) => !double.IsNaN(_support[index]);

    public override double Support(int index) => _support[index];

    /// <summary>Writes the figure of a class.</summary>
    /// <param name="index">Which class or label.</param>
    /// <param name="value">The figure.</param>
    /// <param name="support">The weight of the rows that are of the class; NaN where no row says anything of it.</param>
    public void Set(int index, double value, double support) => (_values[index], _support[index]) = (value, support);

    public override void Clear() => _support.AsSpan().Fill(double.NaN);

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        throw new NotSupportedException("Figures are set, not measured.");

    private static double[] Filled(int count)
    {
        var values = new double[count];
        values.AsSpan().Fill(double.NaN);
        return values;
    }
}
