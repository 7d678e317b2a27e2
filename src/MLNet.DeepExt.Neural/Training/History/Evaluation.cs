using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Measures loss and metrics of a network on validation rows.</summary>
internal sealed class Evaluation : ITeamWork
{
    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly BatchSource _source;
    private readonly Batch<float> _batch;
    private readonly Workspace<float> _workspace;
    private readonly DenseBlock<float>? _means; // (rows, outputs): mean logits of a network with members; null without members
    private readonly double[] _costs;  // (rows)
    private readonly double[] _constantCosts; // (rows)
    private readonly (string Name, Measurement Measurement)[] _metrics;
    private DenseBlock<float>? _constant; // (rows, outputs): the constant prediction, until its loss is known

    /// <param name="network">The network.</param>
    /// <param name="loss">The loss, which also defines the outputs for the metrics.</param>
    /// <param name="source">The rows.</param>
    /// <param name="metrics">The metrics; null for the default metrics of the targets.</param>
    /// <exception cref="ArgumentException">A metric cannot be measured.</exception>
    public Evaluation(Network<float> network, Loss loss, BatchSource source, IReadOnlyList<Metric>? metrics)
    {
        _network = network;
        _loss = loss;
        _source = source;
        _batch = source.CreateBatch();
        _workspace = network.CreateWorkspace(source.MaximumBatch, backward: false);
        _means = network.Spec.OutputShape.Lines > 1 ? new DenseBlock<float>(source.MaximumBatch, network.Spec.Outputs) : null;
        _costs = new double[source.MaximumBatch];
        _constantCosts = new double[source.MaximumBatch];
        int outputs = network.Spec.Outputs, targetWidth = _batch.Target.Values?.Width ?? 0;
        _metrics =
        [
            .. MetricChoice.For(metrics, outputs, targetWidth).Select(metric => (metric.Name, metric.Begin(outputs, targetWidth))),
        ];
    }

    /// <summary>
    /// The loss of the constant prediction of <see cref="CompareWith"/> on the same rows. Null before a complete
    /// evaluation with it.
    /// </summary>
    public double? ConstantLoss { get; private set; }

    /// <summary>Sets a constant prediction that the next evaluation also measures.</summary>
    /// <param name="logits">Its logits: (outputs).</param>
    public void CompareWith(ReadOnlySpan<float> logits)
    {
        _constant = new DenseBlock<float>(_source.MaximumBatch, logits.Length);
        for (int row = 0; row < _source.MaximumBatch; row++)
            logits.CopyTo(_constant.Row(row));
    }

    /// <summary>Evaluates the network on all rows.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="onBatch">Called after every batch.</param>
    /// <param name="cancellationToken">Stops after the current batch, with the measures so far.</param>
    public Measures Run(WorkerTeam team, Action? onBatch = null, CancellationToken cancellationToken = default)
    {
        WeightedMean loss = default, constantLoss = default;
        foreach ((_, Measurement measurement) in _metrics)
            measurement.Clear();
        // Begin may open a stream, which can be read only once at a time; the reading of the training may still be open.
        if (cancellationToken.IsCancellationRequested)
            return Measured(loss);
        _source.BeginEpoch(1);
        while (!cancellationToken.IsCancellationRequested && _source.MoveNext(_batch))
        {
            _workspace.Begin(_batch.Inputs, ForwardMode.Inference);
            if (_means is not null)
                _means.Rows = _batch.Rows;
            if (_constant is not null)
                _constant.Rows = _batch.Rows;
            team.Run(this);
            for (int row = 0; row < _batch.Rows; row++)
            {
                loss.Add(_costs[row], _batch.Weights[row]);
                if (_constant is not null)
                    constantLoss.Add(_constantCosts[row], _batch.Weights[row]);
            }

            foreach ((_, Measurement measurement) in _metrics)
                AddBatch(measurement);
            onBatch?.Invoke();
        }

        if (_constant is not null && !cancellationToken.IsCancellationRequested)
        {
            ConstantLoss = constantLoss.Value;
            _constant = null;
        }

        return Measured(loss);
    }

    // The predictions to be measured: (rows, outputs).
    private DenseBlock<float> Predictions => _means ?? _workspace.Output;

    private void AddBatch(Measurement measurement)
    {
        for (int row = 0; row < _batch.Rows; row++)
            measurement.Add(Predictions.Row(row), _batch.Target, row, _batch.Weights[row]);
    }

    private Measures Measured(WeightedMean loss) => new(
        loss.Value, new MetricValues(_metrics.Select(metric => KeyValuePair.Create(metric.Name, metric.Measurement.Value))));

    void ITeamWork.Run(Worker worker)
    {
        (int from, int to) = worker.Share(_batch.Rows);
        _source.Gather(_batch, from, to);
        _network.Forward(_workspace, worker);
        _loss.Cost(_workspace.Output, _batch.Target, _costs, from, to);
        if (_constant is not null)
            _loss.Cost(_constant, _batch.Target, _constantCosts, from, to);
        if (_means is not null)
            _loss.MeanOfMembers(_workspace.Output, _means, from, to);
        for (int row = from; row < to; row++)
            _loss.Activate(Predictions.PaddedRow(row), Predictions.PaddedRow(row), Predictions.Width);
    }
}
