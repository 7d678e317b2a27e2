using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Σ w·f / Σ w over the rows that have a figure f.</summary>
internal sealed class MeanOfRows(RowFigure figure) : Measurement
{
    private double _sum;
    private double _weights;

    protected override double ValueOfRows => _sum / _weights;

    protected override void ClearRows() => _sum = _weights = 0;

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (figure(outputs, target, row) is not { } value)
            return;
        _sum += weight * value;
        _weights += weight;
    }
}
