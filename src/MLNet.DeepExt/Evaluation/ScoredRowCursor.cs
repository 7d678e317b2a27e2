using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Moves over the rows of a data view that can be judged, in their order. Rows that cannot be are left out and counted; weights and labels
/// that make no sense are errors.
/// </summary>
internal sealed class ScoredRowCursor : IDisposable
{
    private const float YesFrom = 0.5f; // of a probability

    private readonly IHost _host;
    private readonly ScoredColumns _columns;
    private readonly DataViewRowCursor _cursor;
    private readonly LabelReader _label;
    private readonly List<(NumbersReader.Read Read, Memory<float> Into)> _numbers = [];
    private readonly ValueGetter<float>? _weightGetter;
    private readonly Func<int>? _predictedClass;
    private readonly ValueGetter<VBuffer<bool>>? _predictedFlags;
    private readonly Func<string?>? _segment;
    private VBuffer<bool> _flags;
    private float _weight = 1;

    /// <summary>Opens the data view, which reads it from its beginning.</summary>
    /// <param name="host">Who reads. Where its context is cancelled, the next row throws.</param>
    /// <param name="data">What to read.</param>
    /// <param name="columns">What of it to read.</param>
    /// <param name="segment">The column of segments; null for none.</param>
    public ScoredRowCursor(IHost host, IDataView data, ScoredColumns columns, DataViewSchema.Column? segment)
    {
        _host = host;
        _columns = columns;
        Row = new ScoredExample(columns);
        Tally = new RowTally(new LabeledColumns("", columns.Label, columns.Weight?.Name));
        DataViewSchema.Column?[] needed =
        [
            data.Schema[columns.Label.Name], columns.Score, columns.Probability, columns.Predicted, columns.Quantiles,
            columns.Bounds?.Lower, columns.Bounds?.Upper, columns.Weight, segment,
        ];
        _cursor = data.Open(needed.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index));
        try
        {
            _label = columns.Label.Open(_cursor);
            if (columns.Score is { } score)
                Add(score, Row.Outputs(columns.AreNumbers ? OutputKind.Numbers : OutputKind.Ranking), areRanks: !columns.AreNumbers);
            if (columns.Probability is { } probability)
                Add(probability, Row.Outputs(OutputKind.Probabilities));
            if (columns.Quantiles is { } quantiles)
                Add(quantiles, Row.Outputs(OutputKind.Quantiles));
            if (columns.Bounds is { } bounds)
            {
                Add(bounds.Lower, Row.Outputs(OutputKind.Bounds).AsMemory(0, 1));
                Add(bounds.Upper, Row.Outputs(OutputKind.Bounds).AsMemory(1, 1));
            }

            _predictedClass = columns.PredictedClass?.Open(_cursor, columns.Predicted!.Value);
            if (columns is { Task: ScoredTask.MultiLabel, Predicted: { } flags })
                _predictedFlags = _cursor.GetGetter<VBuffer<bool>>(flags);
            if (columns.Weight is { } weight)
                _weightGetter = NumberGetters.OfSingle(_cursor, weight);
            if (segment is { } ofSegments)
                _segment = TextGetters.Open(_cursor, ofSegments);
        }
        catch
        {
            // It is not shared yet.
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>The row; the same object for all rows.</summary>
    public ScoredExample Row { get; }

    /// <summary>As <see cref="ScoredPass.OnSegment"/>.</summary>
    public Action<string>? OnSegment { get; init; }

    /// <summary>The rows so far.</summary>
    public RowTally Tally { get; }

    /// <summary>Moves to the next row that can be judged; false after the last one.</summary>
    public bool MoveNext()
    {
        while (_cursor.MoveNext(_host))
        {
            if (IsUsable())
                return true;
        }

        return false;
    }

    public void Dispose() => _cursor.Dispose();

    private void Add(DataViewSchema.Column column, Memory<float> into, bool areRanks = false) =>
        _numbers.Add((NumbersReader.Open(_cursor, column, areRanks), into));

    private bool IsUsable()
    {
        bool isScored = ReadScores();
        bool isPredicted = !isScored || !_columns.AreClasses || ReadSaid();
        bool hasLabel = _label.Read();
        _weightGetter?.Invoke(ref _weight);
        Row.Segment = _segment?.Invoke();
        if (Row.Segment is { } segment)
            OnSegment?.Invoke(segment);
        if (Tally.AddSkipped(isScored, hasLabel, !float.IsNaN(_weight), _segment is null || Row.Segment is not null, isPredicted))
            return false;
        if ((_label.FindFault() ?? ExampleWeight.FindFault(_columns.Weight?.Name, _weight)) is { } fault)
            throw _host.Process(fault);
        if (_weight == 0)
        {
            Tally.AddWeightless();
            return false;
        }

        Row.Class = _label.Class;
        _label.CopyTarget(Row.Targets);
        Row.Weight = _weight;
        Tally.AddUsed(Row.Class);
        return true;
    }

    // Whether the row has scores, and nothing that cannot be used among them.
    private bool ReadScores()
    {
        bool areFinite = true;
        foreach ((NumbersReader.Read read, Memory<float> into) in _numbers)
            areFinite &= read(into.Span);
        if (_predictedFlags is not null)
            ReadFlags();
        return areFinite;
    }

    // Whether a class is said, by what is predicted or else by the scores.
    private bool ReadSaid()
    {
        int said = _predictedClass?.Invoke() ?? ClassReader.None;
        if (said == ClassReader.None)
            said = MostLikely();
        if (said == ClassReader.None)
            return false;
        Row.Said = said == ClassReader.Other ? _columns.Classes!.Count : said;
        return true;
    }

    private void ReadFlags()
    {
        _predictedFlags!(ref _flags);
        float[] decisions = Row.Outputs(OutputKind.Decisions);
        if (VectorLength.FindFault(_columns.Predicted!.Value.Name, decisions.Length, _flags.Length) is { } fault)
            throw _host.Process(fault);
        decisions.AsSpan().Clear();
        foreach ((int slot, bool flag) in _flags.Items())
            decisions[slot] = flag ? 1 : 0;
    }

    private int MostLikely()
    {
        if (_columns.SourceOf(OutputKind.Ranking) is not { } source)
            return ClassReader.None;
        if (_columns.Task == ScoredTask.Multiclass)
        {
            float[] scores = Row.Outputs(source);
            return Array.IndexOf(scores, scores.Max());
        }

        return _columns.Probability is null
            ? Row.Outputs(OutputKind.Ranking)[0] > 0 ? 1 : 0
            : Row.Outputs(OutputKind.Probabilities)[0] > YesFrom ? 1 : 0;
    }
}
