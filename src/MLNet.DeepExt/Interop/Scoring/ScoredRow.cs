using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>An input row seen through a <see cref="ScoringMapper"/>; scored by itself, at most once for each position.</summary>
internal sealed class ScoredRow : DataViewRow, IScoreSource
{
    private const long NoPosition = -1;

    private readonly ScoringMapper _mapper;
    private readonly DataViewRow _input;
    private readonly ActiveColumns _active;
    private readonly Delegate?[] _outputGetters;
    private readonly ScoringBlock? _block;
    private readonly ValueGetter<VBuffer<float>>? _featureGetter;
    private VBuffer<float> _features;
    private long _scoredPosition = NoPosition;

    public ScoredRow(ScoringMapper mapper, DataViewRow input, ActiveColumns active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        _outputGetters = mapper.CreateOutputGetters(active, this);
        if (active.AnyFrom(mapper.InputSchema.Count))
        {
            _featureGetter = input.GetGetter<VBuffer<float>>(mapper.FeatureColumn);
            _block = new ScoringBlock(mapper.Predictor, mapper.FeatureColumn.Name, capacity: 1);
        }
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public ReadOnlySpan<float> Scores
    {
        get
        {
            if (_input.Position != _scoredPosition || _scoredPosition == NoPosition)
            {
                _featureGetter!(ref _features);
                _block!.Clear();
                _block.Add(in _features);
                _scoredPosition = _input.Position;
            }

            return _block!.Scores(0);
        }
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        int inputCount = _mapper.InputSchema.Count;
        return column.Index < inputCount
            ? _input.GetGetter<TValue>(_mapper.InputSchema[column.Index])
            : _active.Cast<TValue>(_outputGetters.ElementAtOrDefault(column.Index - inputCount), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
