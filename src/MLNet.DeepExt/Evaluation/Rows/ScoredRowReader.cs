using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Reads the rows of a data view that can be evaluated into blocks, in their order. Rows that cannot be are left out and counted; weights and
/// labels that are not valid are errors.
/// </summary>
internal sealed class ScoredRowReader : IDisposable
{
    private const float ThresholdOfProbability = 0.5f;

    private readonly IHost _host;
    private readonly ScoredColumns _columns;
    private readonly SegmentNames _segmentNames;
    private readonly DataViewRowCursor _cursor;
    private readonly LabelAndWeight _label;
    private readonly List<(NumbersReader.Read Read, OutputKind Kind, Range Part)> _outputs = [];
    private readonly Func<int>? _predictedClass;
    private readonly ValueGetter<VBuffer<bool>>? _predictedFlags;
    private readonly Func<string?>? _segment;
    private VBuffer<bool> _flags;
    private long _rowId = -1;

    /// <summary>Opens the data view, which reads it from its beginning.</summary>
    /// <param name="host">Who reads. Where its context is cancelled, the next row throws.</param>
    /// <param name="data">What to read.</param>
    /// <param name="columns">What of it to read.</param>
    /// <param name="segment">The column of segments; null for none.</param>
    /// <param name="segmentNames">Receives the names of segments, also of rows that are left out.</param>
    public ScoredRowReader(
        IHost host, IDataView data, ScoredColumns columns, DataViewSchema.Column? segment, SegmentNames segmentNames)
    {
        (_host, _columns, _segmentNames) = (host, columns, segmentNames);
        DataViewSchema.Column?[] needed =
        [
            data.Schema[columns.Label.Name], columns.Score, columns.Probability, columns.Predicted, columns.Quantiles,
            columns.Bounds?.Lower, columns.Bounds?.Upper, columns.Weight, segment,
        ];
        _cursor = data.Open(needed.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index));
        try
        {
            _label = new LabelAndWeight(host, _cursor, new LabeledColumns("", columns.Label, columns.Weight?.Name));
            Open(columns.Score, columns.AreNumbers ? OutputKind.Numbers : OutputKind.Ranking, Range.All);
            Open(columns.Probability, OutputKind.Probabilities, Range.All);
            Open(columns.Quantiles, OutputKind.Quantiles, Range.All);
            Open(columns.Bounds?.Lower, OutputKind.Bounds, ..1);
            Open(columns.Bounds?.Upper, OutputKind.Bounds, 1..);
            _predictedClass = columns.PredictedClass?.Open(_cursor, columns.Predicted!.Value);
            if (columns is { Task: ScoredTask.MultiLabel, Predicted: { } flags })
                _predictedFlags = _cursor.GetGetter<VBuffer<bool>>(flags);
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

    /// <summary>The rows so far.</summary>
    public RowTally Tally => _label.Tally;

    /// <summary>The segment of the row; null if there is none.</summary>
    public string? SegmentName { get; private set; }

    /// <summary>Writes the next row that can be evaluated behind the rows of a block; false after the last one.</summary>
    public bool MoveNext(ScoredBlock block)
    {
        while (_cursor.MoveNext(_host))
        {
            _rowId++;
            if (Read(block, block.Count))
                return true;
        }

        return false;
    }

    public void Dispose() => _cursor.Dispose();

    private void Open(DataViewSchema.Column? column, OutputKind kind, Range part)
    {
        if (column is { } known)
            _outputs.Add((NumbersReader.Open(_cursor, known, areRanks: kind == OutputKind.Ranking), kind, part));
    }

    private bool Read(ScoredBlock block, int row)
    {
        bool hasScores = ReadOutputs(block, row);
        bool hasPrediction = !hasScores || !_columns.AreClasses || ReadPredictedClass(block, row);
        SegmentName = _segment?.Invoke();
        if (SegmentName is { } name)
            block.Segments[row] = _segmentNames.PlaceOf(name);
        if (!_label.Read(hasScores, hasSegment: _segment is null || SegmentName is not null, hasPrediction) || !_label.Count())
            return false;
        block.RowIds[row] = _rowId;
        block.Classes[row] = _label.Class;
        block.Weights[row] = _label.Weight;
        _label.CopyTarget(block.Targets(row));
        return true;
    }

    // False where a number among the outputs cannot be used.
    private bool ReadOutputs(ScoredBlock block, int row)
    {
        bool areFinite = true;
        foreach ((NumbersReader.Read read, OutputKind kind, Range part) in _outputs)
            areFinite &= read(block.Outputs(kind, row)[part]);
        if (_predictedFlags is not null)
            ReadFlags(block.Outputs(OutputKind.Decisions, row));
        return areFinite;
    }

    // False where neither a column nor the scores predict a class.
    private bool ReadPredictedClass(ScoredBlock block, int row)
    {
        int predicted = _predictedClass?.Invoke() ?? ClassReader.None;
        if (predicted == ClassReader.None)
            predicted = MostLikely(block, row);
        if (predicted == ClassReader.None)
            return false;
        block.PredictedClasses[row] = predicted == ClassReader.Other ? _columns.Classes!.Count : predicted;
        return true;
    }

    private void ReadFlags(Span<float> decisions)
    {
        _predictedFlags!(ref _flags);
        if (VectorLength.FindFault(_columns.Predicted!.Value.Name, decisions.Length, _flags.Length) is { } fault)
            throw _host.Process(fault);
        decisions.Clear();
        foreach ((int slot, bool flag) in _flags.Items())
            decisions[slot] = flag ? 1 : 0;
    }

    private int MostLikely(ScoredBlock block, int row)
    {
        if (_columns.SourceOf(OutputKind.Ranking) is null)
            return ClassReader.None;
        ReadOnlySpan<float> scores = block.Outputs(OutputKind.Ranking, row);
        if (_columns.Task == ScoredTask.Multiclass)
            return scores.IndexOf(TensorPrimitives.Max(scores));
        return _columns.Probability is null
            ? scores[0] > 0 ? 1 : 0
            : block.Outputs(OutputKind.Probabilities, row)[0] > ThresholdOfProbability ? 1 : 0;
    }
}
