using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Measures several metrics over the same scored rows. It keeps no rows, except that metrics of the order of scores share a table of scores,
/// which is bounded: where it is full, rows have to be added again.
/// </summary>
internal sealed class MetricFold : ScoredFold
{
    private readonly ScoredColumns _columns;
    private readonly EvaluationOptions _options;
    private readonly RankedMemory _memory;
    private readonly ScoredMetric[] _metrics;
    private readonly ScoredMetric[] _direct; // those that are measured by themselves
    private readonly ScoredMetric[] _ranked;
    private readonly RankedRows? _rankedRows;
    private string? _probabilityFault;
    private bool _isFirstPass = true;
    private bool _needsRows = true; // for what is ranked

    /// <summary>Begins with no rows. Metrics that cannot be measured are left out, and <see cref="FaultOf"/> says why.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="columns">What is in the rows.</param>
    /// <param name="options">How they are evaluated.</param>
    /// <param name="memory">The memory of what is ranked, which folds over the same rows share.</param>
    /// <param name="resampling">The samples on which the metrics are measured as well; null for none.</param>
    /// <exception cref="ArgumentException">The samples of all metrics are too many.</exception>
    public MetricFold(
        IEnumerable<Metric> metrics, ScoredColumns columns, EvaluationOptions options, RankedMemory memory, RowResampling? resampling = null)
        : this([.. metrics.Select(metric => new ScoredMetric(metric, columns, options))], columns, options, memory)
    {
        Resampling = resampling;
        if (Bootstrap.FindFault(resampling?.Samples ?? 0, Count) is { } fault)
            throw fault.ToException();
        if (_ranked.Length == 0)
            return;
        PerClassMetric[] ranked = [.. _ranked.Select(one => (PerClassMetric)one.Metric)];
        int width = columns.WidthOf(OutputKind.Ranking);
        _rankedRows = columns.AreClasses
            ? RankedRows.OfClasses(ranked, width, resampling, memory)
            : RankedRows.OfLabels(ranked, width, resampling, memory);
    }

    private MetricFold(ScoredMetric[] metrics, ScoredColumns columns, EvaluationOptions options, RankedMemory memory)
    {
        (_metrics, _columns, _options, _memory) = (metrics, columns, options, memory);
        _direct = Array.FindAll(metrics, metric => metric.Fault is null && !metric.IsRanked);
        _ranked = Array.FindAll(metrics, metric => metric.Fault is null && metric.IsRanked);
        CondensedLength = _direct.Sum(metric => metric.CondensedLength);
        KeptSources = [.. _direct.Where(metric => metric.CondensedLength == 0).Select(metric => columns.SourceOf(metric.Kind)!.Value).Distinct()];
    }

    /// <summary>Metrics.</summary>
    public int Count => _metrics.Length;

    /// <summary>The outputs of a row that have to be kept beside its condensed form, where it is to be added again.</summary>
    public IReadOnlyCollection<OutputKind> KeptSources { get; }

    /// <summary>How many numbers stand for a row in the metrics that need no more of it.</summary>
    public int CondensedLength { get; }

    /// <summary>The samples on which the metrics are measured as well; null for none.</summary>
    public RowResampling? Resampling { get; }

    /// <summary>Whether the columns of the rows suffice for one of the metrics.</summary>
    public bool CanMeasureAny => _direct.Length + _ranked.Length > 0;

    /// <summary>The first metric that needs probabilities, and can be measured if they are; null for none.</summary>
    public Metric? OfProbabilities => Array.Find(_direct, metric => metric.Kind == OutputKind.Probabilities)?.Metric;

    /// <summary>A metric.</summary>
    public Metric this[int index] => _metrics[index].Metric;

    /// <summary>Another one of the same metrics, with no rows and no samples.</summary>
    public MetricFold Begin() => new(_metrics.Select(metric => metric.Metric), _columns, _options, _memory);

    /// <summary>Another one with no rows, in which what is ranked is not measured.</summary>
    public MetricFold BeginUnranked()
    {
        ScoredMetric[] metrics = [.. _metrics.Select(metric => new ScoredMetric(metric.Metric, _columns, _options))];
        return new MetricFold(metrics, _columns, _options, _memory) { _probabilityFault = _probabilityFault };
    }

    /// <summary>Throws where a metric cannot be measured.</summary>
    /// <exception cref="ArgumentException">One cannot be measured on such rows; the message says why.</exception>
    public void Validate()
    {
        if (Array.Find(_metrics, metric => metric.Fault is not null)?.Fault is { } fault)
            throw fault.ToException();
    }

    /// <summary>Why a metric cannot be measured; null if it can.</summary>
    public MetricFault? FaultOf(int index) => _metrics[index].Fault
        ?? (IsLeftOut(_metrics[index]) ? FaultOfProbabilities(_metrics[index].Metric, _probabilityFault!) : null);

    /// <summary>Why a metric of probabilities cannot be measured of outputs that are none.</summary>
    public static MetricFault FaultOfProbabilities(Metric metric, string fault) => new(metric, $"it needs probabilities, and {fault}");

    public override void Add(ScoredBlock block)
    {
        for (int row = 0; row < block.Count; row++)
            Add(block, row);
    }

    /// <summary>Adds a row of a block.</summary>
    public void Add(ScoredBlock block, int row)
    {
        double weight = block.Weights[row];
        if (_isFirstPass)
        {
            _probabilityFault ??= block.ProbabilityFault;
            foreach (ScoredMetric metric in _direct)
            {
                if (!IsLeftOut(metric))
                    metric.Add(block, row, weight);
            }
        }

        if (_rankedRows is null || !_needsRows)
            return;
        if (_columns.AreClasses)
            _rankedRows.Add(block.Outputs(OutputKind.Ranking, row), block.Classes[row], weight);
        else
            _rankedRows.Add(block.Outputs(OutputKind.Ranking, row), block.Targets(row), weight);
    }

    public override bool EndPass(ScoredTable table)
    {
        _isFirstPass = false;
        return _needsRows = _rankedRows is not null && _needsRows && _rankedRows.EndPass(table.Host.ThrowIfCancelled);
    }

    /// <summary>Writes what stands for a row: (<see cref="CondensedLength"/>).</summary>
    public void Condense(ScoredBlock block, int row, Span<double> condensed)
    {
        foreach (ScoredMetric metric in _direct)
        {
            if (metric.CondensedLength == 0)
                continue;
            if (!IsLeftOut(metric))
                metric.Condense(block, row, condensed[..metric.CondensedLength]);
            condensed = condensed[metric.CondensedLength..];
        }
    }

    /// <summary>Adds a row of which some metrics read the condensed form; what is ranked is not measured.</summary>
    public void AddCondensed(ScoredBlock block, int row, ReadOnlySpan<double> condensed, double weight)
    {
        foreach (ScoredMetric metric in _direct)
        {
            ReadOnlySpan<double> ofMetric = condensed[..metric.CondensedLength];
            condensed = condensed[metric.CondensedLength..];
            if (IsLeftOut(metric))
                continue;
            if (ofMetric.IsEmpty)
                metric.Add(block, row, weight);
            else
                metric.AddCondensed(ofMetric, weight);
        }
    }

    /// <summary>The value of a metric; NaN where the rows are too few, or where it cannot be measured.</summary>
    public double ValueOf(int index)
    {
        ScoredMetric metric = _metrics[index];
        return FaultOf(index) is not null ? double.NaN
            : metric.IsRanked ? _rankedRows!.ValueOf(Array.IndexOf(_ranked, metric))
            : metric.Value;
    }

    /// <summary>The value of a metric on a sample; NaN where it is too small.</summary>
    /// <param name="index">The metric.</param>
    /// <param name="sample">The sample, counted from 0.</param>
    /// <param name="drawn">The metrics that are not ranked, measured on the sample.</param>
    public double ValueOfSample(int index, int sample, MetricFold drawn) => _metrics[index] is { Fault: null, IsRanked: true } ranked
        ? _rankedRows!.ValueOfSample(Array.IndexOf(_ranked, ranked), sample)
        : drawn.ValueOf(index);

    /// <summary>The value for a class by the metric of a kind, which is ranked; NaN where the rows are too few.</summary>
    public double ValueOfClass<TMetric>(int label)
        where TMetric : Metric => _rankedRows!.ValueOfClass(Array.FindIndex(_ranked, metric => metric.Metric is TMetric), label);

    /// <summary>Forgets all rows of the metrics that are not ranked.</summary>
    public void Clear()
    {
        foreach (ScoredMetric metric in _direct)
            metric.Clear();
    }

    private bool IsLeftOut(ScoredMetric metric) => _probabilityFault is not null && metric.Kind == OutputKind.Probabilities;
}
