using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Selection;

/// <summary>Measures models by the criteria of an objective.</summary>
internal sealed class ModelJudge
{
    private readonly IHost _host;
    private readonly Objective _objective;
    private readonly IDataView _dev;
    private readonly EvaluationOptions _options;

    /// <summary>Makes it.</summary>
    /// <param name="host">Who measures. Where its context is cancelled, it throws.</param>
    /// <param name="objective">What is measured.</param>
    /// <param name="dev">The rows on which it is measured.</param>
    /// <param name="options">Of which columns.</param>
    /// <param name="findsIntervals">Whether intervals are found, as the options say; false if not needed.</param>
    /// <exception cref="ArgumentException">A criterion cannot be measured with such options.</exception>
    public ModelJudge(IHost host, Objective objective, IDataView dev, EvaluationOptions options, bool findsIntervals = false)
    {
        _host = host;
        _objective = objective;
        _dev = dev;
        _options = options.Copy();
        if (!findsIntervals)
            _options.Bootstrap = null;
        if (objective.Criteria.Select(criterion => criterion.FindFault(options)).FirstOrDefault(fault => fault is not null) is { } first)
            throw host.Process(first.ToException());
    }

    /// <summary>Measures a model. What cannot be measured of it is told with the reason, and everything else is measured.</summary>
    /// <param name="model">The model.</param>
    /// <param name="known">Figures that are given and therefore not measured.</param>
    /// <param name="leavesCostlyOut">Whether criteria that take long to measure are left out, unless they are known.</param>
    /// <param name="trainedLabel">The label column that its trainer learned from, where it is known.</param>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public Judgement Judge(
        ITransformer model, IReadOnlyDictionary<Criterion, double>? known = null, bool leavesCostlyOut = false, string? trainedLabel = null)
    {
        EvaluationOptions options = _options.Copy();
        options.TrainedLabelColumnName = trainedLabel;
        IReadOnlyList<Criterion> criteria = _objective.Criteria;
        var failures = new Exception?[criteria.Count];
        var measurement = new ModelMeasurement(_host, model, _dev, options);
        var figures = new double[criteria.Count];
        var reasons = new string?[criteria.Count];
        var intervals = new MetricInterval?[criteria.Count];
        bool[] isKnown = [.. criteria.Select(criterion => known?.ContainsKey(criterion) == true)];
        int[] open = [.. Enumerable.Range(0, criteria.Count).Where(i => leavesCostlyOut && criteria[i].IsCostly && !isKnown[i])];
        int[] measured = [.. Enumerable.Range(0, criteria.Count).Where(i => !isKnown[i]).Except(open)];
        foreach (int i in measured)
            failures[i] = FailureOf(() => criteria[i].Ask(measurement));
        for (int i = 0; i < figures.Length; i++)
            figures[i] = isKnown[i] ? known![criteria[i]] : double.NaN;
        // What takes long comes last.
        foreach (int i in measured.Where(i => failures[i] is null).OrderBy(i => criteria[i].IsCostly))
        {
            failures[i] = FailureOf(() =>
            {
                figures[i] = criteria[i].Measure(measurement);
                intervals[i] = criteria[i].IntervalOf(measurement);
                reasons[i] = double.IsNaN(figures[i]) ? criteria[i].ReasonOf(measurement) : null;
            });
        }

        long? rows = null;
        // Where not even the rows can be read, the criteria have said so.
        FailureOf(() => rows = measurement.CountRows());
        return new Judgement(figures) { Rows = rows, Intervals = intervals, Failures = failures, Reasons = reasons, Open = open };
    }

    private Exception? FailureOf(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // Threads that read rows wrap what ended them.
            _host.ThrowIfCancelled();
            return exception;
        }
    }
}
