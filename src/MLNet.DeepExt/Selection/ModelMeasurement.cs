using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// What criteria measure a model by: all first ask for what they need of the scored rows, so that these are read once for the metrics of
/// all rows, and once for each column of segments.
/// </summary>
internal sealed class ModelMeasurement
{
    private const int MostNames = 10;

    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<string, List<Metric>> _segmented = []; // by column
    private readonly Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> _segmentValues = []; // by column
    private readonly Lazy<IDataView> _scored;
    private IReadOnlyList<MeasuredMetric>? _values;
    private IReadOnlyList<string>? _classNames;

    public ModelMeasurement(IHost host, ITransformer model, IDataView dev, EvaluationOptions options)
    {
        Host = host;
        Model = model;
        Dev = dev;
        Options = options;
        // Rows that are read several times must not be scored again for it.
        _scored = new Lazy<IDataView>(() =>
            _segmented.Count + (_metrics.Count > 0 ? 1 : 0) > 1 ? CachedRows.Of(Host, Model.Transform(Dev)) : Model.Transform(Dev));
    }

    public IHost Host { get; }

    public ITransformer Model { get; }

    /// <summary>The rows, not scored.</summary>
    public IDataView Dev { get; }

    public EvaluationOptions Options { get; }

    /// <summary>The place of a class, counted from 0.</summary>
    /// <exception cref="InvalidOperationException">No class has the name.</exception>
    public int ClassOf(string name)
    {
        IReadOnlyList<string> names = _classNames ??= ScoredData.ClassNames(Host, Model.GetOutputSchema(Dev.Schema), Options)
            ?? throw Host.Process(new InvalidOperationException(
                $"Label column '{Options.LabelColumnName}' has no classes with names, so none is called '{name}'; use a metric of all."));
        int place = names.Index().FirstOrDefault(at => at.Item == name, (Index: -1, Item: "")).Index;
        return place >= 0 ? place : throw Host.Process(new InvalidOperationException(
            $"No class of label column '{Options.LabelColumnName}' is called '{name}'; there are "
            + $"{string.Join(", ", names.Take(MostNames).Select(known => $"'{known}'"))}{(names.Count > MostNames ? " and more" : "")}."));
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

    /// <summary>The value of a metric that was asked for.</summary>
    public double ValueOf(Metric metric)
    {
        _values ??= ScoredData.Measure(Host, _scored.Value, _metrics, Options);
        return _values[_metrics.IndexOf(metric)].Value;
    }

    /// <summary>By segment, the values of a metric that was asked for.</summary>
    public IReadOnlyDictionary<string, double> ValuesOf(Metric metric, string segmentColumnName)
    {
        List<Metric> metrics = _segmented[segmentColumnName];
        if (!_segmentValues.TryGetValue(segmentColumnName, out IReadOnlyDictionary<string, IReadOnlyList<double>>? values))
        {
            values = ScoredData.MeasureSegments(Host, _scored.Value, metrics, Options, segmentColumnName);
            _segmentValues.Add(segmentColumnName, values);
        }

        int place = metrics.IndexOf(metric);
        return values.ToDictionary(pair => pair.Key, pair => pair.Value[place]);
    }
}
