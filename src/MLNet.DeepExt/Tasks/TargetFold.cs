using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Tasks;

/// <summary>Measures a metric of each target by itself.</summary>
internal sealed class TargetFold(Metric metric, int targets) : ScoredFold
{
    private readonly MetricOfRows[] _metrics = [.. Enumerable.Range(0, targets).Select(_ => new MetricOfRows(metric, width: 1))];

    /// <summary>(targets): the values; NaN for a target that no row has.</summary>
    public double[] Values => Array.ConvertAll(_metrics, one => one.Value);

    public override void Add(ScoredBlock block)
    {
        for (int row = 0; row < block.Count; row++)
        {
            ReadOnlySpan<float> outputs = block.Outputs(OutputKind.Numbers, row), numbers = block.Targets(row);
            for (int j = 0; j < _metrics.Length; j++)
                _metrics[j].Add(outputs.Slice(j, 1), numbers.Slice(j, 1), block.Weights[row]);
        }
    }
}
