using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// What criteria measure a model by: all first ask for what they need of the scored rows, so that these are read once for the metrics of
/// all rows, and once for each column of segments. A metric that cannot be measured does not affect the others.
/// </summary>
internal sealed class ModelMeasurement
{
    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<string, List<Metric>> _segmented = []; // by column
    private readonly Dictionary<string, SegmentMeasurement> _segments = []; // by column
    private readonly Lazy<ScoredDev> _scored;
    private readonly Lazy<EvaluationOptions> _labeled;
    private readonly Lazy<Dictionary<Metric, MeasuredFigure>> _ofNumbers; // of the metrics that read a number label as a number
    private readonly Lazy<Dictionary<Metric, MeasuredFigure>> _others;
    private IReadOnlyList<string>? _classNames;
    private long? _rows;

    public ModelMeasurement(IHost host, ITransformer model, IDataView dev, EvaluationOptions options)
    {
        Host = host;
        Model = model;
        Dev = dev;
        Options = options;
        _scored = new Lazy<ScoredDev>(Score);
        _labeled = new Lazy<EvaluationOptions>(() => TrainedLabels.Resolve(host, model, dev.Schema, options));
        _ofNumbers = new Lazy<Dictionary<Metric, MeasuredFigure>>(() => Measure([.. _metrics.Where(ReadsNumber)]));
        _others = new Lazy<Dictionary<Metric, MeasuredFigure>>(() => Measure([.. _metrics.Where(metric => !ReadsNumber(metric))]));
    }

    public IHost Host { get; }

    public ITransformer Model { get; }

    /// <summary>The rows, not scored.</summary>
    public IDataView Dev { get; }

    /// <summary>The options as they were given, but for the label column.</summary>
    public EvaluationOptions Options { get; }

    private string LabelColumnName => _labeled.Value.LabelColumnName;

    /// <summary>Finds the place of a class, counted from 0.</summary>
    /// <param name="name">The name of the class.</param>
    /// <param name="place">Receives the place.</param>
    /// <param name="failure">Receives why no class has the name; else null.</param>
    public bool TryFindClass(string name, out int place, [NotNullWhen(false)] out MeasurementFailure? failure)
    {
        _classNames ??= MetricEvaluation.ClassNames(Host, Model.GetOutputSchema(Dev.Schema), WithWeights(null)) ?? [];
        place = _classNames.Index().FirstOrDefault(at => at.Item == name, (Index: -1, Item: "")).Index;
        failure = place >= 0 ? null : MeasurementFailure.Of(Host.Process(new InvalidOperationException(_classNames.Count == 0
            ? $"Label column '{LabelColumnName}' has no classes with names, so none is called '{name}'; use a metric of all."
            : $"No class of label column '{LabelColumnName}' is called '{name}'; there are {NameList.Of(_classNames)}.")));
        return failure is null;
    }

    /// <summary>Has a metric of all rows measured.</summary>
    public void Ask(Metric metric)
    {
        if (!_metrics.Contains(metric))
            _metrics.Add(metric);
    }

    /// <summary>Has a metric measured of the rows of each value of a column.</summary>
    public void Ask(Metric metric, string segmentColumnName)
    {
        if (!_segmented.TryGetValue(segmentColumnName, out List<Metric>? metrics))
            _segmented.Add(segmentColumnName, metrics = []);
        if (!metrics.Contains(metric))
            metrics.Add(metric);
    }

    /// <summary>The figure of a metric that was asked for.</summary>
    public MeasuredFigure FigureOf(Metric metric) => (ReadsNumber(metric) ? _ofNumbers : _others).Value[metric];

    /// <summary>The values of a metric that was asked for, by segment.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segmentColumnName">The column of the segments.</param>
    /// <param name="failure">Receives why the metric cannot be measured; else null.</param>
    public IReadOnlyDictionary<string, double> SegmentsOf(Metric metric, string segmentColumnName, out MeasurementFailure? failure)
    {
        List<Metric> metrics = _segmented[segmentColumnName];
        if (!_segments.TryGetValue(segmentColumnName, out SegmentMeasurement? measured))
        {
            ScoredDev scored = _scored.Value;
            measured = EvaluationOf(scored, OptionsFor(scored)).MeasureBySegment(metrics, scored.NameOf("segment", segmentColumnName));
            _segments.Add(segmentColumnName, measured);
        }

        int place = metrics.IndexOf(metric);
        failure = measured.Faults[place] is { } fault ? MeasurementFailure.Of(fault) : null;
        return measured.Values.ToDictionary(pair => pair.Key, pair => pair.Value[place]);
    }

    /// <summary>How many rows metrics were measured on; null where none was asked for.</summary>
    public long? CountRows()
    {
        if (_rows is null && _segmented.Count > 0)
            Measure([]);
        return _rows;
    }

    private Dictionary<Metric, MeasuredFigure> Measure(IReadOnlyList<Metric> metrics)
    {
        ScoredDev scored = _scored.Value;
        EvaluationOptions options = OptionsFor(scored);
        if (metrics.Count == 0)
            options.Bootstrap = null;
        ScoredMeasurement measurement = EvaluationOf(scored, options).Measure(metrics);
        if (metrics.Count == 0 || measurement.Faults.Contains(null))
            _rows = measurement.Rows;
        // A metric that compares classes is NaN then.
        string? reason = measurement.OnlyClass is { } only
            ? FormattableString.Invariant($"all {measurement.Rows} rows are of class '{only}'; give rows of every class")
            : null;
        return measurement.Metrics.Zip(measurement.Faults).ToDictionary(pair => pair.First.Metric, pair => pair.Second is { } fault
            ? MeasuredFigure.Failed(MeasurementFailure.Of(fault))
            : new MeasuredFigure(pair.First.Value) { Interval = pair.First.Interval, Reason = reason });
    }

    // Without another metric such a label is a number, but beside one of classes it would be 0 or 1.
    private bool ReadsNumber(Metric metric) => metric.Input == MetricInput.Numbers
        && _scored.Value.Rows.Schema.GetColumnOrNull(LabelColumnName)?.Type is NumberDataViewType;

    private MetricEvaluation EvaluationOf(ScoredDev scored, EvaluationOptions options) => new(Host, scored.Rows, options) { AllowsFaults = true };

    private ScoredDev Score()
    {
        var scored = new ScoredDev(
            Host, Model, Dev, Options.ExampleWeightColumnName is { } weight ? _segmented.Keys.Append(weight) : _segmented.Keys);
        // Rows that are read several times must not be scored again for it.
        if (_segmented.Count > 0 || _metrics.Select(metric => metric.Input == MetricInput.Numbers).Distinct().Count() > 1)
        {
            scored.KeepInMemory(
            [
                LabelColumnName, Options.ScoreColumnName, Options.ProbabilityColumnName, Options.PredictedLabelColumnName,
                Options.QuantilesColumnName, Options.LowerColumnName, Options.UpperColumnName,
            ]);
        }

        return scored;
    }

    private EvaluationOptions OptionsFor(ScoredDev scored) =>
        WithWeights(Options.ExampleWeightColumnName is { } name ? scored.NameOf("weight", name) : null);

    private EvaluationOptions WithWeights(string? columnName)
    {
        EvaluationOptions options = _labeled.Value.Copy();
        options.ExampleWeightColumnName = columnName;
        return options;
    }
}
