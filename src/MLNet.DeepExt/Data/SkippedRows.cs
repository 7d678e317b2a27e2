namespace MLNet.DeepExt.Data;

/// <summary>Counts the rows that cannot be learned from, each under the first reason that holds.</summary>
internal sealed class SkippedRows
{
    private long _features;
    private long _labels;
    private long _weights;

    public long Count => _features + _labels + _weights;

    /// <summary>Whether the row is skipped.</summary>
    public bool Add(bool finiteFeatures, bool hasLabel, bool hasWeight)
    {
        if (finiteFeatures && hasLabel && hasWeight)
            return false;
        if (!finiteFeatures)
            _features++;
        else if (!hasLabel)
            _labels++;
        else
            _weights++;
        return true;
    }

    /// <summary>
    /// The counts in words, beside <paramref name="kept"/> rows that were not skipped; <paramref name="inputs"/> are features, or scores.
    /// </summary>
    public string Describe(long kept, string inputs)
    {
        var reasons = new List<string>();
        if (_features > 0)
            reasons.Add($"{_features} with NaN or infinite {inputs}");
        if (_labels > 0)
            reasons.Add($"{_labels} without a label");
        if (_weights > 0)
            reasons.Add($"{_weights} without a weight");
        return $"{Count} of {Count + kept} rows ({string.Join(", ", reasons)})";
    }

    /// <summary>What to do about the reason that most rows were skipped for.</summary>
    public string Remedy(string labelColumnName, string? weightColumnName)
    {
        if (_features >= Math.Max(_labels, _weights))
            return "replace and mark missing values with TabularFeatures";
        return _labels >= _weights ? $"check label column '{labelColumnName}'" : $"check weight column '{weightColumnName}'";
    }
}
