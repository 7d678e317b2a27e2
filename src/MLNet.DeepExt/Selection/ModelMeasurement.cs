using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// What criteria measure a model by: all first ask for what they need of the scored rows, so that these are read once for the metrics of
/// all rows, and once for each column of segments.
/// </summary>
internal sealed class ModelMeasurement
{
    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<string, List<Metric>> _segmented = []; // by column
    private readonly Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> _segmentValues = []; // by column
    private readonly Lazy<ScoredDev> _scored;
    private readonly Lazy<EvaluationOptions> _labeled;
    private Dictionary<Metric, MeasuredMetric>? _measured;
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
    }

    public IHost Host { get; }

    public ITransformer Model { get; }

    /// <summary>The rows, not scored.</summary>
    public IDataView Dev { get; }

    /// <summary>The options as they were given, but for the label column.</summary>
    public EvaluationOptions Options { get; }

    private string LabelColumnName => _labeled.Value.LabelColumnName;

    /// <summary>The place of a class, counted from 0.</summary>
    /// <exception cref="InvalidOperationException">No class has the name.</exception>
    public int ClassOf(string name)
    {
        IReadOnlyList<string> names = _classNames ??= ScoredData.ClassNames(Host, Model.GetOutputSchema(Dev.Schema), WithWeights(null))
            ?? throw Host.Process(new InvalidOperationException(
                $"Label column '{LabelColumnName}' has no classes with names, so none is called '{name}'; use a metric of all."));
        int place = names.Index().FirstOrDefault(at => at.Item == name, (Index: -1, Item: "")).Index;
        return place >= 0 ? place : throw Host.Process(new InvalidOperationException(
            $"No class of label column '{LabelColumnName}' is called '{name}'; there are {NameList.Of(names)}."));
    }

    /// <summary>
    /// What is wrong with the rows that metrics were measured on, where all are of one class: a metric that compares classes is NaN then. Else
    /// null.
    /// </summary>
    public string? FaultOfClasses { get; private set; }

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

    /// <summary>What a metric that was asked for came to.</summary>
    public MeasuredMetric ValueOf(Metric metric)
    {
        if (_measured is null)
        {
            _measured = [];
            try
            {
                Measure(_metrics);
            }
            catch (Exception exception) when (_metrics.Count > 1 && exception is not OperationCanceledException)
            {
                // One that cannot be measured must not take the others with it: each is measured by itself.
                if (_scored.IsValueCreated)
                    KeepInMemory(_scored.Value);
            }
        }

        if (!_measured.ContainsKey(metric))
            Measure([metric]);
        return _measured[metric];
    }

    /// <summary>By segment, the values of a metric that was asked for.</summary>
    public IReadOnlyDictionary<string, double> ValuesOf(Metric metric, string segmentColumnName)
    {
        List<Metric> metrics = _segmented[segmentColumnName];
        if (!_segmentValues.TryGetValue(segmentColumnName, out IReadOnlyDictionary<string, IReadOnlyList<double>>? values))
        {
            ScoredDev scored = _scored.Value;
            values = ScoredData.MeasureSegments(
                Host, scored.Rows, metrics, OptionsFor(scored), scored.NameOf("segment", segmentColumnName));
            _segmentValues.Add(segmentColumnName, values);
        }

        int place = metrics.IndexOf(metric);
        return values.ToDictionary(pair => pair.Key, pair => pair.Value[place]);
    }

    /// <summary>How many rows metrics were measured on; null where none was asked for.</summary>
    public long? CountRows()
    {
        if (_rows is null && _segmented.Count > 0)
            Measure([]);
        return _rows;
    }

    private void Measure(IReadOnlyList<Metric> metrics)
    {
        ScoredDev scored = _scored.Value;
        EvaluationOptions options = OptionsFor(scored);
        if (metrics.Count == 0)
            options.Bootstrap = null;
        ScoredMeasurement measurement = ScoredData.MeasureWithRows(Host, scored.Rows, metrics, options);
        _rows = measurement.Rows;
        FaultOfClasses = measurement.OnlyClass is { } only
            ? FormattableString.Invariant($"all {measurement.Rows} rows are of class '{only}'; give rows of every class")
            : null;
        foreach (MeasuredMetric measured in measurement.Metrics)
            _measured![measured.Metric] = measured;
    }

    private ScoredDev Score()
    {
        var scored = new ScoredDev(
            Host, Model, Dev, Options.ExampleWeightColumnName is { } weight ? _segmented.Keys.Append(weight) : _segmented.Keys);
        // Rows that are read several times must not be scored again for it.
        if (_segmented.Count > 0)
            KeepInMemory(scored);
        return scored;
    }

    private void KeepInMemory(ScoredDev scored) => scored.KeepInMemory(
    [
        LabelColumnName, Options.ScoreColumnName, Options.ProbabilityColumnName, Options.PredictedLabelColumnName,
        Options.QuantilesColumnName, Options.LowerColumnName, Options.UpperColumnName,
    ]);

    private EvaluationOptions OptionsFor(ScoredDev scored) =>
        WithWeights(Options.ExampleWeightColumnName is { } name ? scored.NameOf("weight", name) : null);

    private EvaluationOptions WithWeights(string? columnName)
    {
        EvaluationOptions options = _labeled.Value.Copy();
        options.ExampleWeightColumnName = columnName;
        return options;
    }
}
