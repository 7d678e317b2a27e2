namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The rows of a pass: outputs and labels of some classes, and weights.</summary>
/// <param name="columns">The number of stored classes.</param>
/// <param name="hasTargets">True if rows have a label for each class, which may be missing; false if they have one class.</param>
internal sealed class RankedTable(int columns, bool hasTargets)
{
    private readonly ScoreTable _scores = new(columns);
    private readonly ScoreTable? _targets = hasTargets ? new ScoreTable(columns) : null;
    private readonly List<double> _weights = []; // (rows)
    private readonly List<int> _labels = [];     // (rows), if rows have one class

    /// <summary>The number of bytes of a class per row, in addition to 12 bytes per row.</summary>
    public static int BytesOf(bool hasTargets) => hasTargets ? 2 * sizeof(float) : sizeof(float);

    /// <summary>The number of rows.</summary>
    public int Rows => _weights.Count;

    /// <summary>The number of stored classes.</summary>
    public int Columns => _scores.Width;

    /// <summary>Adds a row with one class.</summary>
    /// <returns>(columns): to be written.</returns>
    public Span<float> Add(int label, double weight)
    {
        _labels.Add(label);
        _weights.Add(weight);
        return _scores.Add();
    }

    /// <summary>Adds a row with labels.</summary>
    /// <param name="weight">Its weight.</param>
    /// <param name="targets">(columns): to be written.</param>
    /// <returns>(columns): to be written.</returns>
    public Span<float> Add(double weight, out Span<float> targets)
    {
        _weights.Add(weight);
        targets = _targets!.Add();
        return _scores.Add();
    }

    /// <summary>Drops all classes from one on.</summary>
    public void Narrow(int columns)
    {
        _scores.Narrow(columns);
        _targets?.Narrow(columns);
    }

    /// <summary>Ranks the rows for a class.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="label">The class.</param>
    /// <param name="ranking">Receives the rows.</param>
    public void Fill(int column, int label, Ranking ranking)
    {
        ranking.Clear();
        ranking.Reserve(Rows);
        ScoreColumn scores = _scores.Column(column);
        ScoreColumn? targets = _targets?.Column(column);
        for (int row = 0; row < Rows; row++)
        {
            float score = scores.Next();
            if (targets is null)
                ranking.Add(score, _labels[row] == label, _weights[row]);
            else if (targets.Next() is var target && !float.IsNaN(target))
                ranking.Add(score, Decision.IsYes(target), _weights[row]);
        }
    }

    /// <summary>Returns the rows in the order of a class, so that samples of them need no sorting.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="label">The class.</param>
    public OrderedRows Order(int column, int label)
    {
        var keys = new uint[Rows];
        var order = new int[Rows];
        var signedWeights = new double[Rows];
        ScoreColumn of = _scores.Column(column);
        ScoreColumn? targets = _targets?.Column(column);
        for (int row = 0; row < Rows; row++)
        {
            (keys[row], order[row]) = (Ranking.KeyOf(of.Next()), row);
            float target = targets?.Next() ?? (_labels[row] == label ? 1 : 0);
            signedWeights[row] = float.IsNaN(target) ? 0 : Decision.IsYes(target) ? _weights[row] : -_weights[row];
        }

        KeySort.Sort(keys, order.AsSpan());
        return new OrderedRows(keys, order, signedWeights);
    }
}
