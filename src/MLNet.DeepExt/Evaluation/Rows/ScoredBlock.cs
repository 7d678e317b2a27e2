namespace MLNet.DeepExt.Evaluation;

/// <summary>Some thousand scored rows: labels, predictions, outputs, weights and segments, an array for each.</summary>
internal sealed class ScoredBlock
{
    private const int MostRows = 4096;
    private const int MostNumbers = 1 << 20; // outputs and targets: 4 MB

    private readonly int[] _classes;
    private readonly int[] _predictedClasses;
    private readonly double[] _weights;
    private readonly int[] _segments;
    private readonly long[] _rowIds;
    private readonly float[] _targets;                                           // (rows, target width)
    private readonly int _targetWidth;
    private readonly OutputKind?[] _sources;                                     // by kind: the kind whose outputs it reads
    private readonly float[]?[] _outputs = new float[]?[OutputKinds.Count];      // by source: (rows, width)
    private readonly int[] _widths = new int[OutputKinds.Count];                 // by source

    /// <summary>Makes an empty block: 4,096 rows, or fewer where the outputs and targets of so many take more than 4 MB.</summary>
    public ScoredBlock(ScoredColumns columns)
    {
        _targetWidth = columns.Label.TargetWidth;
        _sources = [.. OutputKinds.All.Select(columns.SourceOf)];
        OutputKind[] stored = [.. _sources.OfType<OutputKind>().Distinct().Where(kind => !columns.ArePredictedClasses(kind))];
        foreach (OutputKind kind in stored)
            _widths[(int)kind] = columns.WidthOf(kind);
        Capacity = Math.Clamp(MostNumbers / Math.Max(1, _targetWidth + _widths.Sum()), 1, MostRows);
        foreach (OutputKind kind in stored)
            _outputs[(int)kind] = new float[Capacity * _widths[(int)kind]];
        _targets = new float[Capacity * _targetWidth];
        _classes = new int[Capacity];
        _predictedClasses = new int[Capacity];
        _segments = new int[Capacity];
        _rowIds = new long[Capacity];
        _weights = new double[Capacity];
    }

    private ScoredBlock(ScoredBlock block, IReadOnlyCollection<OutputKind> sources)
    {
        Capacity = Count = block.Count;
        (_targetWidth, _sources, _widths) = (block._targetWidth, block._sources, block._widths);
        foreach (OutputKind kind in sources)
            _outputs[(int)kind] = block._outputs[(int)kind]?[..(Count * _widths[(int)kind])];
        _targets = block._targets[..(Count * _targetWidth)];
        // Only rows without targets have a class.
        _classes = _targetWidth == 0 ? block._classes[..Count] : [];
        _predictedClasses = _targetWidth == 0 ? block._predictedClasses[..Count] : [];
        _weights = block._weights[..Count];
        _segments = [];
        _rowIds = [];
    }

    /// <summary>The most rows that it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>(capacity): the class of each row, counted from 0; 0 where labels are numbers.</summary>
    public Span<int> Classes => _classes;

    /// <summary>(capacity): the class that is predicted, where labels are classes; as many as there are for none of them.</summary>
    public Span<int> PredictedClasses => _predictedClasses;

    /// <summary>(capacity): the weight of each row, above 0.</summary>
    public Span<double> Weights => _weights;

    /// <summary>(capacity): the place of each row's segment in <see cref="ScoredTable.SegmentNames"/>; 0 where there are no segments.</summary>
    public Span<int> Segments => _segments;

    /// <summary>(capacity): which row of the data view each row is, counted from 0 and including those that were left out.</summary>
    public Span<long> RowIds => _rowIds;

    /// <summary>
    /// Why the outputs of this or an earlier block are not probabilities, to follow "it needs probabilities, and"; null if they are, or if
    /// they are not checked.
    /// </summary>
    public string? ProbabilityFault { get; set; }

    /// <summary>(target width): the numbers of a row's label, NaN where one is missing; none where labels are classes.</summary>
    public Span<float> Targets(int row) => _targets.AsSpan(row * _targetWidth, _targetWidth);

    /// <summary>(outputs): what a metric reads of a row. Decisions of classes are in <see cref="PredictedClasses"/>.</summary>
    public Span<float> Outputs(OutputKind kind, int row)
    {
        int source = (int)_sources[(int)kind]!.Value;
        return _outputs[source].AsSpan(row * _widths[source], _widths[source]);
    }

    /// <summary>Adds the row that was written behind the last one.</summary>
    /// <returns>Whether the block is full.</returns>
    public bool Append() => ++Count == Capacity;

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Count = 0;

    /// <summary>A copy without row ids and segments, and with some outputs only.</summary>
    /// <param name="sources">The kinds of outputs, as <see cref="ScoredColumns.SourceOf"/> names them.</param>
    public ScoredBlock Copy(IReadOnlyCollection<OutputKind> sources) => new(this, sources);
}
