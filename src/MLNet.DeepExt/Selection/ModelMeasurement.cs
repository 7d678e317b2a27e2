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
    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<string, List<Metric>> _segmented = []; // by column
    private readonly Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> _segmentValues = []; // by column
    private IReadOnlyList<MeasuredMetric>? _values;

    public ModelMeasurement(IHost host, ITransformer model, IDataView dev, EvaluationOptions options)
    {
        Host = host;
        Model = model;
        Dev = dev;
        Options = options;
        // Rows that are read several times must not be scored again for it.
        Scored = new Lazy<IDataView>(() =>
            _segmented.Count + (_metrics.Count > 0 ? 1 : 0) > 1 ? CachedRows.Of(Host, Model.Transform(Dev)) : Model.Transform(Dev));
    }

    public IHost Host { get; }

    public ITransformer Model { get; }

    /// <summary>The rows, not scored.</summary>
    public IDataView Dev { get; }

    public EvaluationOptions Options { get; }

    private Lazy<IDataView> Scored { get; }

    /// <summary>Names of the classes, in their order; null where labels are numbers.</summary>
    public IReadOnlyList<string>? ClassNames => field ??= ScoredData.ClassNames(Host, Model.GetOutputSchema(Dev.Schema), Options);

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
        _values ??= ScoredData.Measure(Host, Scored.Value, _metrics, Options);
        return _values[_metrics.IndexOf(metric)].Value;
    }

    /// <summary>By segment, the values of a metric that was asked for.</summary>
    public IReadOnlyDictionary<string, double> ValuesOf(Metric metric, string segmentColumnName)
    {
        List<Metric> metrics = _segmented[segmentColumnName];
        if (!_segmentValues.TryGetValue(segmentColumnName, out IReadOnlyDictionary<string, IReadOnlyList<double>>? values))
        {
            values = ScoredData.MeasureSegments(Host, Scored.Value, metrics, Options, segmentColumnName);
            _segmentValues.Add(segmentColumnName, values);
        }

        int place = metrics.IndexOf(metric);
        return values.ToDictionary(pair => pair.Key, pair => pair.Value[place]);
    }
}
