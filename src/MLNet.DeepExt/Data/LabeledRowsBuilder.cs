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

    public LabeledRowsBuilder(int width, bool weighted, long? expectedCount, long maximumBytes = long.MaxValue)
    {
        _features = new FeatureRowsBuilder(width, expectedCount, maximumBytes);
        _weights = weighted ? new float[FirstRows] : null;
    }

    public int Count => _features.Count;

    /// <summary>What no more fits than, in words.</summary>
    public string Limit => _features.Limit;

    /// <summary>Adds a row, or leaves all as it is.</summary>
    public RowAdmission Add(in VBuffer<float> features, int classIndex, float weight)
    {
        if (Count == Array.MaxLength)
            return RowAdmission.OverArrayLength;
        if (_features.Add(in features) is var admission and not RowAdmission.Added)
            return admission;
        if (Count > _classes.Length)
            ResizeLabels((int)Math.Min(2L * _classes.Length, Array.MaxLength));
        _classes[Count - 1] = classIndex;
        if (_weights is not null)
            _weights[Count - 1] = weight;
        return RowAdmission.Added;
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
