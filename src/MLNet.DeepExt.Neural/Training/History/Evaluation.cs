using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Measures loss and metrics of a network on rows that it does not learn from.</summary>
internal sealed class Evaluation : ITeamWork
{
    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly BatchSource _source;
    private readonly Batch<float> _batch;
    private readonly Workspace<float> _workspace;
    private readonly DenseBlock<float>? _means; // (rows, outputs): logits of a network with members; null of one without
    private readonly double[] _costs;  // (rows)
    private readonly double[] _constantCosts; // (rows)
    private readonly (string Name, Measurement Measurement)[] _metrics;
    private DenseBlock<float>? _constant; // (rows, outputs): what to compare with, until its loss is known

    /// <param name="network">What is measured.</param>
    /// <param name="loss">Gives the cost of each row, and the outputs that the metrics see.</param>
    /// <param name="source">The rows.</param>
    /// <param name="metrics">What is measured beside the loss; null leaves the choice to the targets.</param>
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
    /// The loss on the same rows of the constant prediction that <see cref="CompareWith"/> was given. Null before an evaluation with it ran
    /// to its end.
    /// </summary>
    public double? ConstantLoss { get; private set; }

    /// <summary>Has the next evaluation measure a constant prediction, too.</summary>
    /// <param name="logits">Its logits: (outputs).</param>
    public void CompareWith(ReadOnlySpan<float> logits)
    {
        _constant = new DenseBlock<float>(_source.MaximumBatch, logits.Length);
        for (int row = 0; row < _source.MaximumBatch; row++)
            logits.CopyTo(_constant.Row(row));
    }

    /// <summary>Passes all rows through the network as it is.</summary>
    /// <param name="team">Who does it.</param>
    /// <param name="onBatch">Called after every batch.</param>
    /// <param name="cancellationToken">Ends it after the current batch, with what was measured so far.</param>
    public Measures Run(WorkerTeam team, Action? onBatch = null, CancellationToken cancellationToken = default)
    {
        WeightedMean loss = default, constantLoss = default;
        foreach ((_, Measurement measurement) in _metrics)
            measurement.Clear();
        // Beginning may open a stream, of which there must be one reading at a time: the training's may not have been closed.
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

    // What is judged: (rows, outputs).
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
