namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>
/// Sums of targets on the two sides of a split: for classes, Σ count² / rows measures the purity of a side; for standardized
/// numbers, Σ sum² / rows. Its increase from the whole to the two parts is the decrease of Gini impurity, or of the variance.
/// </summary>
internal sealed class TargetSums
{
    private readonly int[]? _classes; // (rows)
    private readonly double[]? _values; // (rows, width): 0 where one is missing
    private readonly double[] _left;  // (width): Σ of the rows on the left
    private readonly double[] _right; // (width)
    private double _leftSquares, _rightSquares; // Σ of the squares of these sums
    private int _leftRows, _rightRows;

    private TargetSums(int[]? classes, double[]? values, int width)
    {
        _classes = classes;
        _values = values;
        _left = new double[width];
        _right = new double[width];
    }

    /// <summary>Creates the sums of classes.</summary>
    /// <param name="classes">(rows): counted from 0.</param>
    public static TargetSums OfClasses(int[] classes) => new(classes, null, classes.Length == 0 ? 1 : classes.Max() + 1);

    /// <summary>Creates the sums of numbers; missing ones (NaN) are ignored.</summary>
    /// <param name="width">The number of targets of a row.</param>
    /// <param name="values">(rows, width).</param>
    public static TargetSums OfValues(int width, float[] values)
    {
        var moments = new Moments[width];
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsNaN(values[i]))
                moments[i % width].Add(values[i]);
        }

        double[] inverses = [.. moments.Select(each => each.Variance > 0 ? 1 / Math.Sqrt(each.Variance) : 0)];
        return new(
            null, [.. values.Select((value, i) => float.IsNaN(value) ? 0 : (value - moments[i % width].Mean) * inverses[i % width])], width);
    }

    /// <summary>Starts with all rows on the right side.</summary>
    public void Begin(ReadOnlySpan<int> rows)
    {
        Array.Clear(_left);
        Array.Clear(_right);
        (_leftRows, _rightRows, _leftSquares, _rightSquares) = (0, rows.Length, 0, 0);
        foreach (int row in rows)
        {
            if (_classes is not null)
                _right[_classes[row]]++;
            for (int j = 0; _values is not null && j < _right.Length; j++)
                _right[j] += _values[row * _right.Length + j];
        }

        foreach (double sum in _right)
            _rightSquares += sum * sum;
    }

    /// <summary>Returns the total purity of both sides.</summary>
    public double Purity => (_leftRows == 0 ? 0 : _leftSquares / _leftRows) + (_rightRows == 0 ? 0 : _rightSquares / _rightRows);

    /// <summary>Moves a row from the right side to the left side.</summary>
    public void MoveLeft(int row)
    {
        _leftRows++;
        _rightRows--;
        if (_classes is not null)
        {
            Move(_classes[row], 1);
            return;
        }

        for (int j = 0; j < _left.Length; j++)
            Move(j, _values![row * _left.Length + j]);
    }

    private void Move(int j, double value)
    {
        _leftSquares += value * (2 * _left[j] + value);
        _rightSquares -= value * (2 * _right[j] - value);
        _left[j] += value;
        _right[j] -= value;
    }
}
