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
    /// <param name="findsIntervals">Whether intervals are found, as the options say; false where nobody would see them.</param>
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
            throw host.Process(new ArgumentException(first));
    }

    /// <summary>Measures a model. What cannot be measured of it is told with the reason, and everything else is measured.</summary>
    /// <param name="model">The model.</param>
    /// <param name="known">Figures that are given and therefore not measured.</param>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public Judgement Judge(ITransformer model, IReadOnlyDictionary<Criterion, double>? known = null)
    {
        IReadOnlyList<Criterion> criteria = _objective.Criteria;
        var measurement = new ModelMeasurement(_host, model, _dev, _options);
        var failures = new Exception?[criteria.Count];
        var figures = new double[criteria.Count];
        var intervals = new MetricInterval?[criteria.Count];
        bool[] isKnown = [.. criteria.Select(criterion => known?.ContainsKey(criterion) == true)];
        for (int i = 0; i < failures.Length; i++)
        {
            if (!isKnown[i])
                failures[i] = FailureOf(() => criteria[i].Ask(measurement));
        }

        for (int i = 0; i < failures.Length; i++)
        {
            figures[i] = isKnown[i] ? known![criteria[i]] : double.NaN;
            if (isKnown[i] || failures[i] is not null)
                continue;
            failures[i] = FailureOf(() =>
            {
                figures[i] = criteria[i].Measure(measurement);
                intervals[i] = criteria[i].IntervalOf(measurement);
            });
        }

        long? rows = null;
        // Where not even the rows can be read, the criteria have said so.
        FailureOf(() => rows = measurement.CountRows());
        return new Judgement(figures) { Rows = rows, Intervals = intervals, Failures = failures };
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
