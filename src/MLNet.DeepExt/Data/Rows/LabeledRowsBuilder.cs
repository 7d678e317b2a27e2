using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Features, targets and weights that grow with the rows.</summary>
internal sealed class LabeledRowsBuilder
{
    private const int FirstRows = 1024;
    private const int FirstTargets = 4 << 20;

    private readonly FeatureRowsBuilder _features;
    private readonly int _targetWidth;
    private int[] _classes;    // (capacity), or empty where targets are numbers
    private float[] _targets;  // (capacity, target width), or empty where they are classes
    private float[]? _weights; // (capacity)

    /// <param name="width">Features of a row.</param>
    /// <param name="weighted">Whether rows have weights.</param>
    /// <param name="expectedCount">How many rows there may be; null if unknown.</param>
    /// <param name="maximumBytes">What the features may take, in the form that suits them.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    public LabeledRowsBuilder(
        int width, bool weighted, long? expectedCount, long maximumBytes = long.MaxValue, int targetWidth = 0)
    {
        _targetWidth = targetWidth;
        _classes = targetWidth == 0 ? new int[FirstRows] : [];
        _targets = targetWidth == 0 ? [] : new float[Math.Clamp(FirstTargets / targetWidth, 1, FirstRows) * targetWidth];
        _features = new FeatureRowsBuilder(width, expectedCount, maximumBytes);
        _weights = weighted ? new float[FirstRows] : null;
    }

    public int Count => _features.Count;

    /// <summary>What no more fits than, in words.</summary>
    public string Limit => Count < MaximumRows ? _features.Limit : $"{MaximumRows} rows of {_targetWidth} targets";

    private int MaximumRows => Array.MaxLength / Math.Max(1, _targetWidth);

    private int Capacity => _targetWidth == 0 ? _classes.Length : _targets.Length / _targetWidth;

    /// <summary>Adds a row, or leaves all as it is.</summary>
    /// <param name="features">(width).</param>
    /// <param name="classIndex">Its class; 0 where targets are numbers.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="target">(target width): the numbers; none where targets are classes.</param>
    public RowAdmission Add(in VBuffer<float> features, int classIndex, float weight, ReadOnlySpan<float> target = default)
    {
        if (Count == MaximumRows)
            return RowAdmission.OverArrayLength;
        if (_features.Add(in features) is var admission and not RowAdmission.Added)
            return admission;
        if (Count > Capacity)
            Resize((int)Math.Min(2L * Capacity, MaximumRows));
        if (_targetWidth == 0)
            _classes[Count - 1] = classIndex;
        else
            target.CopyTo(_targets.AsSpan((Count - 1) * _targetWidth));
        if (_weights is not null)
            _weights[Count - 1] = weight;
        return RowAdmission.Added;
    }

    public LabeledRows Build()
    {
        Resize(Count);
        return _targetWidth == 0
            ? new LabeledRows(_features.Build(), _classes, _weights)
            : new LabeledRows(_features.Build(), _targetWidth, _targets, _weights);
    }

    private void Resize(int capacity)
    {
        if (_targetWidth == 0)
            Array.Resize(ref _classes, capacity);
        else
            Array.Resize(ref _targets, capacity * _targetWidth);
        if (_weights is not null)
            Array.Resize(ref _weights, capacity);
    }
}
