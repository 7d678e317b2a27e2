using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The values of metrics by name, in order; compared by value, like the records that contain it.</summary>
internal sealed class MetricValues(IEnumerable<KeyValuePair<string, double>> values)
    : IReadOnlyDictionary<string, double>, IEquatable<MetricValues>
{
    private readonly OrderedDictionary<string, double> _values = new(values);

    /// <summary>No metrics.</summary>
    public static MetricValues Empty { get; } = new([]);

    public IEnumerable<string> Keys => _values.Keys;

    public IEnumerable<double> Values => _values.Values;

    public int Count => _values.Count;

    public double this[string key] => _values[key];

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => _values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(MetricValues? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    public override int GetHashCode() => _values.Aggregate(Count, HashCode.Combine);

    public override string ToString() =>
        string.Join(", ", _values.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));
}
