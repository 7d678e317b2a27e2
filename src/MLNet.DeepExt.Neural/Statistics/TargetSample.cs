using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>Rows with their targets, for target-aware bins: all rows, or as many as fit into 32 MiB.</summary>
/// <remarks>If there are more rows, rows at equal distances are kept; see <see cref="RowThinning"/>.</remarks>
internal sealed class TargetSample
{
    private const int MostNumbers = 1 << 23;

    private readonly int[] _columns;
    private readonly List<float> _features = []; // (rows, columns)
    private readonly List<int> _classes = [];    // (rows); none where targets are numbers
    private readonly List<float> _values = [];   // (rows, targets); none where targets are classes
    private RowThinning? _thinning;
    private int _width;                          // numbers of a target; 0 for a class
    private TargetSums? _sums;

    /// <param name="columns">The stored columns.</param>
    public TargetSample(int[] columns) => _columns = columns;

    /// <summary>The number of stored rows.</summary>
    public int Count => _width == 0 ? _classes.Count : _values.Count / _width;

    /// <summary>Adds a row.</summary>
    /// <param name="row">The features.</param>
    /// <param name="label">The class, if <paramref name="values"/> is empty.</param>
    /// <param name="values">The numeric targets.</param>
    public void Add(ReadOnlySpan<float> row, int label, ReadOnlySpan<float> values)
    {
        _width = values.Length;
        _thinning ??= new RowThinning(Math.Max(2, MostNumbers / (_columns.Length + Math.Max(1, _width))));
        if (!_thinning.Takes(Count, KeepEverySecond))
            return;
        foreach (int column in _columns)
            _features.Add(row[column]);
        if (_width == 0)
            _classes.Add(label);
        else
            _values.AddRange(values);
        _sums = null;
    }

    /// <summary>Returns the finite values of a column, ascending, and their rows.</summary>
    /// <param name="place">The index among the stored columns.</param>
    public (float[] Values, int[] Rows) Column(int place)
    {
        int[] rows = [.. Enumerable.Range(0, Count).Where(row => float.IsFinite(_features[row * _columns.Length + place]))];
        float[] values = Array.ConvertAll(rows, row => _features[row * _columns.Length + place]);
        Array.Sort(values, rows);
        return (values, rows);
    }

    /// <summary>The targets of the rows.</summary>
    public TargetSums Sums() => _sums ??= _width == 0 ? TargetSums.OfClasses([.. _classes]) : TargetSums.OfValues(_width, [.. _values]);

    private void KeepEverySecond()
    {
        RowThinning.KeepEverySecond(_features, _columns.Length);
        RowThinning.KeepEverySecond(_classes, 1);
        RowThinning.KeepEverySecond(_values, _width);
    }
}
