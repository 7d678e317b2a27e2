namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The outputs of all rows about a single yes or no, in their order: 12 bytes a row.</summary>
internal sealed class Ranking
{
    private readonly List<RankedRow> _rows = [];
    private bool _isSorted;

    /// <summary>Whether no row has been added.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>The weight of the rows with a yes.</summary>
    public double Yes { get; private set; }

    public void Clear()
    {
        _rows.Clear();
        _isSorted = false;
        Yes = 0;
    }

    public void Add(float output, bool isYes, double weight)
    {
        _rows.Add(new RankedRow(output, isYes, (float)weight));
        _isSorted = false;
        if (isYes)
            Yes += weight;
    }

    /// <summary>Sums what the rows of each output add, from the highest one down, and the weights of all; NaN where an output is.</summary>
    public (double Sum, double Yes, double No) Sum(RankTerm term)
    {
        if (!_isSorted)
            _rows.Sort();
        _isSorted = true;
        // NaN stands below all numbers.
        if (_rows.Count > 0 && float.IsNaN(_rows[0].Output))
            return (double.NaN, double.NaN, double.NaN);
        double sum = 0, yes = 0, no = 0;
        for (int i = _rows.Count - 1; i >= 0;)
        {
            float output = _rows[i].Output;
            double yesHere = 0, noHere = 0;
            for (; i >= 0 && _rows[i].Output == output; i--)
            {
                if (_rows[i].IsYes)
                    yesHere += _rows[i].Weight;
                else
                    noHere += _rows[i].Weight;
            }

            sum += term(yes, no, yesHere, noHere);
            yes += yesHere;
            no += noHere;
        }

        return (sum, yes, no);
    }
}
