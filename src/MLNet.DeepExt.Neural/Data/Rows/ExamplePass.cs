using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// One reading of the rows of a stream. Rows of weight 0, or of a class with factor 0, are skipped. A row that is not valid for training
/// is an error, and so is a number or order of rows that differs from the first reading.
/// </summary>
/// <remarks>
/// The order matters, because rows are set aside by their position: in another order, validation rows would be used for training
/// without an error.
/// </remarks>
internal sealed class ExamplePass : IDisposable
{
    private readonly StreamRows _rows;
    private readonly StratifiedDraw? _draw;
    private readonly ExampleReader _reader;
    private readonly float[] _values; // (target width)
    private readonly float[] _features; // (width), of rows of the other side of the split; empty if they are not needed
    private readonly InputStatistics? _otherSide;
    private int _given;

    /// <param name="rows">The rows.</param>
    /// <param name="otherSide">Receives the features of the rows on the other side of the split; null if they are not needed.</param>
    public ExamplePass(StreamRows rows, InputStatistics? otherSide = null)
    {
        _rows = rows;
        _otherSide = otherSide;
        _features = otherSide is null ? [] : new float[rows.Stream.Width];
        _draw = rows.Split?.Begin();
        _values = new float[rows.Stream.TargetWidth];
        _reader = rows.Stream.Open();
    }

    /// <summary>The number of the row in the stream, counted from 0; of the last one after the end, and -1 if there was none.</summary>
    public long RowId { get; private set; } = -1;

    /// <summary>The class of the row; 0 for numeric targets.</summary>
    public int Class { get; private set; }

    /// <summary>The target numbers of the row: (target width). Empty for class targets.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The weight of the row, above 0, multiplied by the factor of its class.</summary>
    public float Weight { get; private set; }

    /// <summary>A hash of the targets and weights of all rows so far, of both sides of a split, in order.</summary>
    /// <remarks>Fowler, Noll and Vo's hash FNV-1a of 64 bits, but of words of 32 bits instead of bytes.</remarks>
    public ulong Order { get; private set; } = 14695981039346656037;

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool MoveNext()
    {
        while (_reader.MoveNext())
        {
            RowId++;
            if (_values.Length == 0)
                ReadClass();
            float weight = ReadWeight(), factor = _rows.Factors.Of(Class);
            if (weight == 0 || factor == 0)
                continue;
            Weight = weight * factor;
            if (_values.Length > 0)
                ReadValues();
            Mix((uint)Class);
            Mix(BitConverter.SingleToUInt32Bits(weight));
            if (_draw is not null && _draw.IsHeldOut(Class) != _rows.AreHeldOut)
            {
                AddToOtherSide();
                continue;
            }

            if (_given == _rows.Count)
                throw Changed($"more than {_given} rows to use instead of {_rows.Count}");
            _given++;
            return true;
        }

        if (_rows.Count is { } count && _given != count)
            throw Changed($"{_given} rows to use instead of {_rows.Count}");
        if (_rows.Count is not null && Order != _rows.Order)
            throw Changed("its rows in another order, or with other targets or weights, than");
        return false;
    }

    /// <summary>Writes the features of the row: (width).</summary>
    public void CopyFeatures(Span<float> destination)
    {
        _reader.CopyFeatures(destination);
        if (FeatureRows.FaultOf(destination) is { } fault)
            throw Unusable($"has {fault}");
    }

    /// <summary>Adds the features of the row, with its target, to the statistics; null for none.</summary>
    public void AddTo(InputStatistics? statistics, ReadOnlySpan<float> features)
    {
        if (_values.Length == 0)
            statistics?.Add(features, Class);
        else
            statistics?.Add(features, _values);
    }

    public void Dispose() => _reader.Dispose();

    private void AddToOtherSide()
    {
        if (_otherSide is null)
            return;
        CopyFeatures(_features);
        AddTo(_otherSide, _features);
    }

    private void Mix(uint word) => Order = DataFingerprint.Mix(Order, word);

    private void ReadClass()
    {
        Class = _reader.Class;
        if (Class < 0)
            throw Unusable($"has class {Class}; classes are counted from 0.");
        if (_rows.Check.FaultOfClass(Class) is { } fault)
            throw Unusable($"has class {Class} but {fault}.");
    }

    private void ReadValues()
    {
        _reader.CopyTarget(_values);
        foreach (float value in _values)
        {
            if (_rows.Check.FaultOfValue(value) is { } fault)
                throw Unusable($"has the target {value}; {fault}.");
            Mix(BitConverter.SingleToUInt32Bits(value));
        }
    }

    private float ReadWeight()
    {
        float weight = _reader.Weight;
        return weight >= 0 && float.IsFinite(weight)
            ? weight
            : throw Unusable($"has weight {weight}; a weight must be at least 0 and finite.");
    }

    private InvalidOperationException Unusable(FormattableString fault) =>
        new(FormattableString.Invariant($"Row {RowId} of the {_rows.Name} stream {FormattableString.Invariant(fault)}"));

    private InvalidOperationException Changed(string how) => new(
        $"The {_rows.Name} stream returned {how} when they were counted; " +
        "it must give the same rows in the same order each time that it is read.");
}
