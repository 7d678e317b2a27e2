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

    /// <summary>Measures a model. A figure that cannot be measured has the reason, and all others are measured.</summary>
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
        var measurement = new ModelMeasurement(_host, model, _dev, options);
        MeasuredFigure[] figures =
        [
            .. criteria.Select(criterion => new MeasuredFigure(known?.TryGetValue(criterion, out double figure) == true ? figure : double.NaN)),
        ];
        int[] unknown = [.. Enumerable.Range(0, criteria.Count).Where(i => known?.ContainsKey(criteria[i]) != true)];
        int[] open = [.. unknown.Where(i => leavesCostlyOut && criteria[i].IsCostly)];
        int[] measured = [.. unknown.Except(open)];
        foreach (int i in measured)
        {
            figures[i] = Attempt(() =>
            {
                criteria[i].Ask(measurement);
                return figures[i];
            });
        }

        // What takes long comes last.
        foreach (int i in measured.Where(i => figures[i].Failure is null).OrderBy(i => criteria[i].IsCostly))
            figures[i] = Attempt(() => criteria[i].Measure(measurement));
        long? rows = null;
        // Where not even the rows can be read, the criteria have said so.
        Attempt(() => new MeasuredFigure((rows = measurement.CountRows()) ?? double.NaN));
        return new Judgement(figures) { Rows = rows, Open = open };
    }

    // The model, the source of the rows and criteria of the caller may throw whatever they like; that is the failure of one figure.
    private MeasuredFigure Attempt(Func<MeasuredFigure> measure)
    {
        try
        {
            return measure();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // Threads that read rows wrap what ended them.
            _host.ThrowIfCancelled();
            return MeasuredFigure.Failed(MeasurementFailure.Of(exception));
        }
    }
}
