using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Σ w·f / Σ w over the rows that have a figure f.</summary>
internal sealed class MeanOfRows(RowFigure figure) : Measurement
{
    private double _sum;
    private double _weights;

    public override double Value => _sum / _weights;

    public override void Clear() => _sum = _weights = 0;

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (figure(outputs, target, row) is not { } value)
            return;
        _sum += weight * value;
        _weights += weight;
    }
}
