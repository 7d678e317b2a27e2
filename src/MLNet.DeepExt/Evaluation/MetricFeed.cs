using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures a metric over scored rows, of each of which it is given what it reads.</summary>
internal sealed class MetricFeed
{
    private readonly MetricOfRows? _rows; // null where it is ranked
    private readonly bool _areClasses;

    /// <summary>Begins with no rows.</summary>
    /// <exception cref="ArgumentException">The metric cannot be measured on such rows; the message says why.</exception>
    public MetricFeed(Metric metric, ScoredColumns columns, EvaluationOptions options)
    {
        Metric = metric;
        Kind = columns.KindFor(metric);
        _areClasses = columns.AreClasses;
        int width = columns.WidthOf(Kind);
        // Where outputs are missing, the metric may still have something to say about labels.
        int asked = columns.Task == ScoredTask.Binary && Kind == OutputKind.Decisions ? 1
            : width > 0 && !(Kind == OutputKind.Decisions && columns.MayBeOther) ? width
            : columns.AreClasses ? columns.Classes!.Count : columns.Label.TargetWidth;
        MetricOfRows rows = _areClasses
            ? MetricOfRows.OfClasses(metric, asked)
            : new MetricOfRows(metric, asked, columns.Label.TargetWidth);
        if (width == 0)
            throw new ArgumentException($"The metric {metric.Name} cannot be measured: {Missing(columns, options)}.", "metrics");
        // A prediction that is none of the classes is one class more, which no metric can ask for.
        if (Kind == OutputKind.Decisions && columns.MayBeOther)
            rows = MetricOfRows.OfClasses(OfYesByClass(metric), width);
        _rows = IsRanked ? null : rows;
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <summary>What it reads.</summary>
    public OutputKind Kind { get; }

    /// <summary>The value of the rows so far; NaN where they are too few. Not of a metric that is ranked.</summary>
    public double Value => _rows!.Value;

    /// <summary>Whether it is an area under a curve, which <see cref="RankedRows"/> measures beside others of its kind.</summary>
    public bool IsRanked => Metric is PerClassMetric { Input: MetricInput.Ranking };

    /// <summary>
    /// How many numbers a row can be condensed to; 0 where the row itself has to be kept. Decisions are kept, which take no more than these.
    /// </summary>
    public int CondensedLength => _areClasses && Kind != OutputKind.Decisions ? _rows!.CondensedLength : 0;

    /// <summary>Condenses a row: (<see cref="CondensedLength"/>).</summary>
    public void Condense(ScoredExample row, Span<double> condensed) => _rows!.Condense(row.Outputs(Kind), row.Class, condensed);

    /// <summary>Adds a condensed row.</summary>
    public void AddCondensed(ReadOnlySpan<double> condensed, double weight) => _rows!.AddCondensed(condensed, weight);

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row, double weight)
    {
        if (_areClasses)
            _rows!.Add(row.Outputs(Kind), row.Class, weight);
        else
            _rows!.Add(row.Outputs(Kind), row.Targets, weight);
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear() => _rows!.Clear();

    private static Metric OfYesByClass(Metric metric) =>
        metric is PerClassMetric { Class: null, Averaging: Averaging.Binary } ofYes ? ofYes with { Class = 1 } : metric;

    private string Missing(ScoredColumns columns, EvaluationOptions options)
    {
        string absence = EvaluationOptions.Absence(nameof(options.ProbabilityColumnName), options.ProbabilityColumnName);
        return (columns.Task, Kind) switch
        {
            (ScoredTask.Binary, OutputKind.Probabilities) =>
                $"it needs probabilities but {absence}; calibrate the model with one of " +
                "ml.BinaryClassification.Calibrators, or set ProbabilityColumnName to the column of probabilities",
            (ScoredTask.Regression or ScoredTask.MultiTarget, not OutputKind.Numbers) =>
                "it is of classes or labels but the labels are numbers; measure a metric of numbers",
            (_, OutputKind.Probabilities) =>
                $"it needs probabilities but {absence}; set ProbabilityColumnName to the column of probabilities",
            (_, OutputKind.Decisions) =>
                $"it needs predicted labels but {absence}, and no column has a Boolean for each label; set ProbabilityColumnName or " +
                "PredictedLabelColumnName to such a column",
            _ => $"it needs scores but {EvaluationOptions.Absence(nameof(options.ScoreColumnName), options.ScoreColumnName)}; " +
                "set ScoreColumnName to the column of scores",
        };
    }
}
