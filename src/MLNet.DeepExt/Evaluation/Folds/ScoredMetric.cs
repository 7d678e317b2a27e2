using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>One metric of scored rows: which outputs of a row it reads, its value so far, or why it cannot be measured.</summary>
internal sealed class ScoredMetric
{
    private readonly MetricOfRows? _rows; // null where it is ranked or cannot be measured
    private readonly float[]? _decisions; // (outputs): those of the last row; null where blocks hold the outputs
    private readonly bool _areClasses;

    /// <summary>Begins with no rows.</summary>
    public ScoredMetric(Metric metric, ScoredColumns columns, EvaluationOptions options)
    {
        Metric = metric;
        Kind = columns.KindFor(metric);
        _areClasses = columns.AreClasses;
        int width = columns.WidthOf(Kind);
        bool hasOther = Kind == OutputKind.Decisions && columns.MayBeOther;
        // Where outputs are missing, the metric may still find a fault with the labels.
        int outputs = columns.Task == ScoredTask.Binary && Kind == OutputKind.Decisions ? 1
            : width > 0 && !hasOther ? width
            : columns.AreClasses ? columns.Classes!.Count
            : columns.Label.TargetWidth;
        Fault = metric.FaultOf(outputs, columns.AreClasses ? 0 : columns.Label.TargetWidth) is { } fault ? new MetricFault(metric, fault, nameof(metric))
            : width == 0 ? new MetricFault(metric, MissingOutputs.Describe(columns, Kind, options), "metrics")
            : null;
        if (Fault is not null || IsRanked)
            return;
        // A prediction that is none of the classes is one class more, which no metric can ask for.
        Metric measured = hasOther && metric is PerClassMetric { Class: null, Averaging: Averaging.Binary } ofPositive
            ? ofPositive with { Class = 1 }
            : metric;
        _rows = _areClasses
            ? MetricOfRows.OfClasses(measured, width)
            : new MetricOfRows(measured, width, columns.Label.TargetWidth);
        _decisions = columns.ArePredictedClasses(Kind) ? new float[width] : null;
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <summary>The outputs that it reads.</summary>
    public OutputKind Kind { get; }

    /// <summary>Why it cannot be measured; null if it can.</summary>
    public MetricFault? Fault { get; }

    /// <summary>The value of the rows so far; NaN where they are too few. Not of a metric that is ranked.</summary>
    public double Value => _rows!.Value;

    /// <summary>Whether it is an area under a curve, which <see cref="RankedRows"/> measures beside others of its kind.</summary>
    public bool IsRanked => Metric is PerClassMetric { Input: MetricInput.Ranking };

    /// <summary>
    /// How many numbers a row can be condensed to; 0 where its outputs have to be kept. Decisions are kept, which take no more than these.
    /// </summary>
    public int CondensedLength => _areClasses && _decisions is null ? _rows!.CondensedLength : 0;

    /// <summary>Condenses a row: (<see cref="CondensedLength"/>).</summary>
    public void Condense(ScoredBlock block, int row, Span<double> condensed) =>
        _rows!.Condense(block.Outputs(Kind, row), block.Classes[row], condensed);

    /// <summary>Adds a condensed row.</summary>
    public void AddCondensed(ReadOnlySpan<double> condensed, double weight) => _rows!.AddCondensed(condensed, weight);

    /// <summary>Adds a row.</summary>
    public void Add(ScoredBlock block, int row, double weight)
    {
        ReadOnlySpan<float> outputs = _decisions is null ? block.Outputs(Kind, row) : DecisionsFor(block.PredictedClasses[row]);
        if (_areClasses)
            _rows!.Add(outputs, block.Classes[row], weight);
        else
            _rows!.Add(outputs, block.Targets(row), weight);
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear() => _rows!.Clear();

    // 1 for the predicted class and 0 for the others; of two classes without any other only that of the positive one.
    private float[] DecisionsFor(int predictedClass)
    {
        if (_decisions!.Length == 1)
        {
            _decisions[0] = predictedClass;
        }
        else
        {
            Array.Clear(_decisions);
            _decisions[predictedClass] = 1;
        }

        return _decisions;
    }
}
