using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>
/// A cursor that reads a block of rows ahead of its reader, keeps the values that were asked for, and scores the whole block
/// when the first score is read. Blocks grow from 8 to 256 rows, and their memory with them, so that looking at the first rows
/// stays cheap; blocks of rows that hold many numbers stay smaller.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor, IScoreSource
{
    private const int FirstBlock = 8;
    private const int BeforeOrAfterRows = -1;

    private readonly ScoringMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly ActiveColumns _active;
    private readonly List<ColumnBuffer> _buffers = [];
    private readonly Delegate?[] _getters; // by column of the output schema
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly int _largestBlock;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private VBuffer<float> _features;
    private ScoringBlock _block;
    private int _slot = BeforeOrAfterRows;
    private long _position = BeforeOrAfterRows;
    private long _rowsReturned;
    private bool _inputEnded;

    public BatchScoringCursor(ScoringMapper mapper, DataViewRowCursor input, ActiveColumns active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        _largestBlock = ScoringBlock.RowsOf(mapper.Predictor);
        _block = CreateBlock(FirstBlock);
        _ids = new DataViewRowId[ScoringBlock.MostRows];
        _batches = new long[ScoringBlock.MostRows];
        _featureGetter = input.GetGetter<VBuffer<float>>(mapper.FeatureColumn);
        _idGetter = input.GetIdGetter();

        int inputCount = mapper.InputSchema.Count;
        _getters = new Delegate?[mapper.OutputSchema.Count];
        foreach (DataViewSchema.Column column in mapper.InputSchema.Where(column => active[column.Index]))
        {
            ColumnBuffer buffer = ColumnBuffer.Create(input, column);
            _buffers.Add(buffer);
            _getters[column.Index] = buffer.CreateGetter(CurrentSlot);
        }

        mapper.CreateOutputGetters(active, this).CopyTo(_getters, inputCount);
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _position;

    public override long Batch => _position < 0 ? 0 : _batches[_slot];

    public ReadOnlySpan<float> Scores => _block.Scores(CurrentSlot());

    public override bool MoveNext()
    {
        if (_slot + 1 < _block.Count)
        {
            _slot++;
        }
        else if (ReadBlock())
        {
            _slot = 0;
        }
        else
        {
            _position = _slot = BeforeOrAfterRows;
            return false;
        }

        // Not read off the input, which is ahead.
        _position = _rowsReturned++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[CurrentSlot()];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _active.Cast<TValue>(_getters.ElementAtOrDefault(column.Index), column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private bool ReadBlock()
    {
        // The block made at first is not full but empty: it is not outgrown before it was used.
        if (_block.Count == _block.Capacity && _block.Capacity < _largestBlock)
            _block = CreateBlock(2 * _block.Capacity);
        _block.Clear();
        while (!_inputEnded && !_block.IsFull)
        {
            if (!_input.MoveToNext())
            {
                _inputEnded = true;
                break;
            }

            int slot = _block.Count;
            _idGetter(ref _ids[slot]);
            _batches[slot] = _input.Batch;
            foreach (ColumnBuffer buffer in _buffers)
                buffer.Read(slot);
            _featureGetter(ref _features);
            _block.Add(in _features);
        }

        return _block.Count > 0;
    }

    private ScoringBlock CreateBlock(int capacity) => new(_mapper.Predictor, _mapper.FeatureColumn.Name, Math.Min(capacity, _largestBlock));

    private int CurrentSlot() => _position >= 0
        ? _slot
        : throw new InvalidOperationException("The cursor is not on a row; call MoveNext first, and stop when it returns false.");
}
