using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Features, classes and weights that grow with the rows.</summary>
internal sealed class LabeledRowsBuilder
{
    private const int FirstRows = 1024;

    private readonly FeatureRowsBuilder _features;
    private int[] _classes = new int[FirstRows]; // (capacity)
    private float[]? _weights; // (capacity)

    public LabeledRowsBuilder(int width, bool weighted, long? expectedCount)
    {
        _features = new FeatureRowsBuilder(width, expectedCount);
        _weights = weighted ? new float[FirstRows] : null;
    }

    public int Count => _features.Count;

    /// <summary>What no more fits than, in words.</summary>
    public string Limit => _features.Limit;

    /// <summary>What the features of the rows take, in the form that suits them.</summary>
    public long Bytes => _features.Bytes;

    /// <summary>Adds a row. False when no more rows fit.</summary>
    public bool TryAdd(in VBuffer<float> features, int classIndex, float weight)
    {
        if (Count == Array.MaxLength || !_features.TryAdd(in features))
            return false;
        if (Count > _classes.Length)
            ResizeLabels((int)Math.Min(2L * _classes.Length, Array.MaxLength));
        _classes[Count - 1] = classIndex;
        if (_weights is not null)
            _weights[Count - 1] = weight;
        return true;
    }

    public LabeledRows Build()
    {
        ResizeLabels(Count);
        return new LabeledRows(_features.Build(), _classes, _weights);
    }

    private void ResizeLabels(int capacity)
    {
        Array.Resize(ref _classes, capacity);
        if (_weights is not null)
            Array.Resize(ref _weights, capacity);
    }
}
