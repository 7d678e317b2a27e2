using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

/// <summary>All that a scored row holds.</summary>
public sealed record ExpectedRow(float[] Score, uint PredictedLabel, string Colour, float[] Features, string[] Words, UInt128 Id)
{
    public bool Equals(ExpectedRow? other) =>
        other is not null && HasValuesOf(other) && Id == other.Id;

    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>Equal to the bit, apart from the row's id, which in-box transforms are free to change.</summary>
    public bool HasValuesOf(ExpectedRow other) =>
        Score.AsSpan().SequenceEqual(other.Score) && PredictedLabel == other.PredictedLabel && Colour == other.Colour
        && Features.AsSpan().SequenceEqual(other.Features) && Words.SequenceEqual(other.Words);
}

/// <summary>Reads rows of <see cref="ScoredSample"/> through the getters of a row or a cursor.</summary>
public sealed class RowReader
{
    private readonly ValueGetter<VBuffer<float>> _scoreGetter;
    private readonly ValueGetter<uint> _labelGetter;
    private readonly ValueGetter<ReadOnlyMemory<char>> _colourGetter;
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>> _wordGetter;
    private readonly ValueGetter<int> _numberGetter;
    private readonly ValueGetter<DataViewRowId> _idGetter;

    public RowReader(DataViewRow row)
    {
        DataViewSchema schema = row.Schema;
        _scoreGetter = row.GetGetter<VBuffer<float>>(schema["Score"]);
        _labelGetter = row.GetGetter<uint>(schema["PredictedLabel"]);
        _colourGetter = row.GetGetter<ReadOnlyMemory<char>>(schema["Colour"]);
        _featureGetter = row.GetGetter<VBuffer<float>>(schema["Features"]);
        _wordGetter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(schema["Words"]);
        _numberGetter = row.GetGetter<int>(schema["Number"]);
        _idGetter = row.GetIdGetter();
    }

    public int ReadNumber() => Read(_numberGetter);

    public ExpectedRow Read() => new(
        [.. Read(_scoreGetter).DenseValues()],
        Read(_labelGetter),
        Read(_colourGetter).ToString(),
        [.. Read(_featureGetter).DenseValues()],
        [.. Read(_wordGetter).DenseValues().Select(word => word.ToString())],
        Read(_idGetter) is var id ? new UInt128(id.High, id.Low) : default);

    private static T Read<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }
}
