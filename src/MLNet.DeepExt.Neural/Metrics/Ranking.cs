namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The outputs of all rows about a single yes or no, in their order: 16 bytes a row.</summary>
internal sealed class Ranking
{
    private readonly List<RankedRow> _rows = [];
    private bool _isSorted;
    private double _largest; // weight of a row

    /// <summary>Whether no row has been added.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>The weight of the rows with a yes.</summary>
    public double Yes { get; private set; }

    public void Clear()
    {
        _rows.Clear();
        _isSorted = false;
        _largest = 0;
        Yes = 0;
    }

    public void Add(float output, bool isYes, double weight)
    {
        _rows.Add(new RankedRow(output, isYes, weight));
        _isSorted = false;
        _largest = Math.Max(_largest, weight);
        if (isYes)
            Yes += weight;
    }

    /// <summary>
    /// Sums what the rows of each output add, from the highest one down, and the weights of all: of weights divided by one power of two,
    /// which changes no digit, and keeps their products within bounds.
    /// </summary>
    public (double Sum, double Yes, double No) Sum(RankTerm term)
    {
        if (!_isSorted)
            _rows.Sort();
        _isSorted = true;
        int exponent = _largest > 0 ? Math.ILogB(_largest) : 0;
        double sum = 0, yes = 0, no = 0;
        for (int i = _rows.Count - 1; i >= 0;)
        {
            float output = _rows[i].Output;
            double yesHere = 0, noHere = 0;
            for (; i >= 0 && _rows[i].Output == output; i--)
            {
                double weight = Math.ScaleB(_rows[i].Weight, -exponent);
                if (_rows[i].IsYes)
                    yesHere += weight;
                else
                    noHere += weight;
            }

            sum += term(yes, no, yesHere, noHere);
            yes += yesHere;
            no += noHere;
        }

        return (sum, yes, no);
    }
}
