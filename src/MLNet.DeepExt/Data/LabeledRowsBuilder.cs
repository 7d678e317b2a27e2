using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Flat arrays of features, classes and weights that grow with the rows.</summary>
internal sealed class LabeledRowsBuilder
{
    private const int FirstRows = 1024;
    private const long FirstBytes = 16 << 20; // of features

    // A number of rows that the data view promises saves copying gigabytes; it may have fewer, so the trust is bounded.
    private const long TrustedBytes = 256 << 20; // of features

    private readonly int _width;
    private float[] _features; // (capacity, width)
    private int[] _classes; // (capacity)
    private float[]? _weights; // (capacity)

    public LabeledRowsBuilder(int width, bool weighted, long? expectedCount)
    {
        _width = width;
        MaximumCount = Array.MaxLength / width;
        long rows = Math.Min(expectedCount ?? FirstRows, (expectedCount is null ? FirstBytes : TrustedBytes) / ((long)width * sizeof(float)));
        int capacity = (int)Math.Clamp(rows, 1, MaximumCount);
        _features = new float[capacity * width];
        _classes = new int[capacity];
        _weights = weighted ? new float[capacity] : null;
    }

    public int Count { get; private set; }

    /// <summary>As many rows as one array holds.</summary>
    public int MaximumCount { get; }

    /// <summary>What the features of the rows take.</summary>
    public long Bytes => (long)Count * _width * sizeof(float);

    /// <summary>Where the features of the next row go: (width). False when no more rows fit.</summary>
    public bool TryReserve(out Span<float> features)
    {
        features = default;
        if (Count == MaximumCount)
            return false;
        if (Count == _classes.Length)
        {
            int capacity = (int)Math.Min(2L * Count, MaximumCount);
            Array.Resize(ref _features, capacity * _width);
            ResizeLabels(capacity);
        }

        features = _features.AsSpan(Count * _width, _width);
        return true;
    }

    /// <summary>Keeps the row whose features were written where <see cref="TryReserve"/> said.</summary>
    public void Keep(int classIndex, float weight)
    {
        _classes[Count] = classIndex;
        if (_weights is not null)
            _weights[Count] = weight;
        Count++;
    }

    public LabeledRows Build()
    {
        // The features, which may be gigabytes, are not copied to a shorter array.
        ResizeLabels(Count);
        return new LabeledRows(_width, _features, _classes, _weights);
    }

    private void ResizeLabels(int capacity)
    {
        Array.Resize(ref _classes, capacity);
        if (_weights is not null)
            Array.Resize(ref _weights, capacity);
    }
}
