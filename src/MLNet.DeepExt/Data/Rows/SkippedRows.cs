namespace MLNet.DeepExt.Data;

/// <summary>Counts the rows that cannot be learned from, each under the first reason that holds.</summary>
internal sealed class SkippedRows
{
    private long _features;
    private long _predictions;
    private long _labels;
    private long _weights;
    private long _segments;

    public long Count => _features + _predictions + _labels + _weights + _segments;

    /// <summary>Whether the row is skipped.</summary>
    public bool Add(bool finiteFeatures, bool hasLabel, bool hasWeight, bool hasSegment = true, bool hasPrediction = true)
    {
        if (finiteFeatures && hasPrediction && hasLabel && hasWeight && hasSegment)
            return false;
        if (!finiteFeatures)
            _features++;
        else if (!hasPrediction)
            _predictions++;
        else if (!hasLabel)
            _labels++;
        else if (!hasWeight)
            _weights++;
        else
            _segments++;
        return true;
    }

    /// <summary>
    /// The counts in words, beside <paramref name="kept"/> rows that were not skipped; <paramref name="purpose"/> says how they are called.
    /// </summary>
    public string Describe(long kept, DataPurpose purpose)
    {
        var reasons = new List<string>();
        if (_features > 0)
            reasons.Add($"{_features} with NaN or infinite {purpose.Inputs}");
        if (_predictions > 0)
            reasons.Add($"{_predictions} without a prediction");
        if (_labels > 0)
            reasons.Add($"{_labels} {purpose.WithoutLabel}");
        if (_weights > 0)
            reasons.Add($"{_weights} without a weight");
        if (_segments > 0)
            reasons.Add($"{_segments} without a segment");
        return $"{Count} of {Count + kept} rows ({string.Join(", ", reasons)})";
    }

    /// <summary>What to do about the reason that most rows were skipped for.</summary>
    public string Remedy(string labelColumnName, string? weightColumnName)
    {
        if (_segments > Math.Max(_predictions, Math.Max(_features, Math.Max(_labels, _weights))))
            return "give every row a segment";
        if (_predictions > Math.Max(_features, Math.Max(_labels, _weights)))
            return "give every row a prediction, or scores";
        if (_features >= Math.Max(_labels, _weights))
            return "replace and mark missing values with TabularFeatures";
        return _labels >= _weights ? $"check label column '{labelColumnName}'" : $"check weight column '{weightColumnName}'";
    }
}
