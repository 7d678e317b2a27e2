using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// For each target, the weighted mean error over the rows in which it is not missing, then a function of this mean, then the
/// mean over the targets.
/// </summary>
/// <param name="width">The number of targets per row.</param>
/// <param name="error">The error of one target.</param>
/// <param name="finish">The function of the mean error of a target.</param>
internal sealed class MeanOfTargets(int width, TargetError error, Func<double, double> finish) : Measurement
{
    private readonly double[] _sums = new double[width];
    private readonly double[] _weights = new double[width];

    protected override double ValueOfRows
    {
        get
        {
            double sum = 0;
            int count = 0;
            for (int j = 0; j < width; j++)
            {
                if (_weights[j] == 0)
                    continue;
                sum += finish(_sums[j] / _weights[j]);
                count++;
            }

            return sum / count;
        }
    }

    protected override void ClearRows()
    {
        _sums.AsSpan().Clear();
        _weights.AsSpan().Clear();
    }

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        ReadOnlySpan<float> values = target.Values!.Row(row);
        for (int j = 0; j < values.Length; j++)
        {
            if (float.IsNaN(values[j]))
                continue;
            _sums[j] += weight * error(outputs, j, values[j]);
            _weights[j] += weight;
        }
    }
}
