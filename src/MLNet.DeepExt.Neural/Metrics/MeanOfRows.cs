using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Σ w·f / Σ w over the rows with a value f.</summary>
internal sealed class MeanOfRows(RowFigure figure) : Measurement
{
    private double _sum;
    private double _weights;

    public override int CondensedLength => 1;

    protected override double ValueOfRows => _sum / _weights;

    // NaN if the row has no value.
    public override void Condense(ReadOnlySpan<float> outputs, Target<float> target, int row, Span<double> condensed) =>
        condensed[0] = figure(outputs, target, row) ?? double.NaN;

    public override void AddCondensed(ReadOnlySpan<double> condensed, double weight) =>
        Add(double.IsNaN(condensed[0]) ? null : condensed[0], weight);

    protected override void ClearRows() => _sum = _weights = 0;

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        Add(figure(outputs, target, row), weight);

    private void Add(double? figure, double weight)
    {
        if (figure is not { } value)
            return;
        _sum += weight * value;
        _weights += weight;
    }
}
