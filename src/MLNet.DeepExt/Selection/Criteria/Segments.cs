using System.Globalization;

namespace MLNet.DeepExt.Selection;

/// <summary>Parts of the dev rows, by the value of a column: countries, devices, sources. Immutable, and equal by value.</summary>
public sealed record Segments
{
    private readonly SortedDictionary<string, double>? _weights;

    private Segments(string columnName, SortedDictionary<string, double>? weights)
    {
        ColumnName = columnName;
        _weights = weights;
    }

    /// <summary>The column.</summary>
    public string ColumnName { get; }

    /// <summary>What each segment counts in averages; null where all count alike.</summary>
    public IReadOnlyDictionary<string, double>? Weights => _weights?.AsReadOnly();

    /// <summary>
    /// All rows with one value of a column are a segment, and all segments count alike, whatever the number of their rows.
    /// </summary>
    /// <param name="columnName">A column of the dev rows: text, a key, a number, yes or no. Rows without a value are of no segment.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Segments ByColumn(string columnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return new Segments(columnName, weights: null);
    }

    /// <summary>All rows with one value of a column are a segment, and segments count by their importance.</summary>
    /// <param name="columnName">A column of the dev rows: text, a key, a number, yes or no. Rows without a value are of no segment.</param>
    /// <param name="weights">
    /// What each segment counts, by the value of the column as text: at least 0 and finite, and above 0 of one at least. 0 leaves the
    /// segment out. They need not sum to 1. Every segment of the dev rows has to be in it.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or a weight is out of its range.</exception>
    public static Segments ByColumn(string columnName, IReadOnlyDictionary<string, double> weights)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string segment, double weight) in weights)
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The weight of segment '{segment}' must be at least 0 and finite but is {weight}; 1 for all counts them alike."),
                    nameof(weights));
            }
        }

        if (!weights.Values.Any(weight => weight > 0))
            throw new ArgumentException($"No segment of '{columnName}' has a weight above 0; give one to those that count.", nameof(weights));
        return new Segments(columnName, new SortedDictionary<string, double>(weights.ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>Whether both are of one column, with the same weights.</summary>
    /// <param name="other">Others.</param>
    public bool Equals(Segments? other) =>
        other is not null && ColumnName == other.ColumnName
        && (_weights is null ? other._weights is null : other._weights is not null && _weights.SequenceEqual(other._weights));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ColumnName, _weights?.Count);

    /// <summary>The column, and the weights if there are any, such as <c>Country (India 2, US 1)</c>.</summary>
    public override string ToString() => _weights is null ? ColumnName : $"{ColumnName} ({string.Join(", ", _weights.Select(pair =>
        $"{pair.Key} {pair.Value.ToString(CultureInfo.InvariantCulture)}"))})";

    /// <summary>Why the segments of some rows do not go with the weights, as a whole sentence; null if they do.</summary>
    /// <param name="names">The segments that the rows have.</param>
    internal string? FindFault(IEnumerable<string> names)
    {
        if (_weights is null)
            return null;
        HashSet<string> found = [.. names];
        if (found.FirstOrDefault(segment => !_weights.ContainsKey(segment)) is { } unweighted)
            return $"Rows have the value '{unweighted}' of '{ColumnName}', for which there is no weight; give one, or 0 to leave them out.";
        return _weights.FirstOrDefault(pair => pair.Value > 0 && !found.Contains(pair.Key)).Key is { } absent
            ? $"There is a weight for the value '{absent}' of '{ColumnName}', which no row has; take it out, or add such rows."
            : null;
    }

    /// <summary>The mean of the figures of all segments, by the weights.</summary>
    /// <param name="figures">The figures by segment, in which <see cref="FindFault"/> finds no fault.</param>
    internal double MeanOf(IReadOnlyDictionary<string, double> figures)
    {
        double sum = 0, total = 0;
        foreach ((string segment, double figure) in figures.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            double weight = _weights is null ? 1 : _weights[segment];
            if (weight == 0)
                continue;
            sum += weight * figure;
            total += weight;
        }

        return sum / total;
    }
}
