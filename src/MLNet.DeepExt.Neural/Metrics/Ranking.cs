using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The outputs of all rows about a single yes or no, in their order: 5 bytes a row where all weigh the same, else 12, and up to as many again
/// in reserve, as lists double. They are sorted in place, so that a figure takes no memory beside them.
/// </summary>
internal sealed class Ranking
{
    private readonly List<float> _outputs = [];
    private readonly List<bool> _areYes = [];       // (rows), where all weigh the same; else empty
    private readonly List<double> _signedWeights = []; // (rows): those of a no below 0; empty where all weigh the same
    private bool _isSorted;
    private double _first;   // weight of a row
    private double _largest; // weight of a row

    /// <summary>Whether no row has been added.</summary>
    public bool IsEmpty => _outputs.Count == 0;

    /// <summary>The weight of the rows with a yes.</summary>
    public double Yes { get; private set; }

    private bool IsWeighted => _signedWeights.Count > 0;

    public void Clear()
    {
        _outputs.Clear();
        _areYes.Clear();
        _signedWeights.Clear();
        _isSorted = false;
        _largest = 0;
        Yes = 0;
    }

    /// <summary>Takes the memory for so many rows at once, so that nothing is kept in reserve.</summary>
    public void Reserve(int rows)
    {
        _outputs.EnsureCapacity(rows);
        // Where weights differ they soon take its place.
        if (_signedWeights.Capacity == 0)
            _areYes.EnsureCapacity(rows);
    }

    public void Add(float output, bool isYes, double weight)
    {
        // Rows that come in the order of their outputs need not be sorted.
        _isSorted = IsEmpty || (_isSorted && output >= _outputs[^1]);
        if (IsEmpty)
            _first = weight;
        else if (!IsWeighted && weight != _first)
            TellWeightsApart();
        _outputs.Add(output);
        if (IsWeighted)
            _signedWeights.Add(isYes ? weight : -weight);
        else
            _areYes.Add(isYes);
        _largest = Math.Max(_largest, weight);
        if (isYes)
            Yes += weight;
    }

    /// <summary>
    /// Sums what the rows of each output add, from the highest one down, and the weights of all: of weights divided by one power of two,
    /// which changes no digit, and keeps their products within bounds. Nothing depends on the order in which rows came.
    /// </summary>
    public (double Sum, double Yes, double No) Sum(RankTerm term)
    {
        Sort();
        int exponent = _largest > 0 ? Math.ILogB(_largest) : 0;
        ReadOnlySpan<float> outputs = CollectionsMarshal.AsSpan(_outputs);
        double sum = 0, yes = 0, no = 0;
        for (int end = outputs.Length; end > 0;)
        {
            int from = end - 1;
            while (from > 0 && outputs[from - 1] == outputs[from])
                from--;
            (double yesHere, double noHere) = WeightsOf(from, end, exponent);
            sum += term(yes, no, yesHere, noHere);
            yes += yesHere;
            no += noHere;
            end = from;
        }

        return (sum, yes, no);
    }

    private void TellWeightsApart()
    {
        _signedWeights.Capacity = _outputs.Capacity;
        foreach (bool isYes in _areYes)
            _signedWeights.Add(isYes ? _first : -_first);
        _areYes.Clear();
        _areYes.Capacity = 0;
    }

    private void Sort()
    {
        if (_isSorted)
            return;
        _isSorted = true;
        if (IsWeighted)
            CollectionsMarshal.AsSpan(_outputs).Sort(CollectionsMarshal.AsSpan(_signedWeights));
        else
            CollectionsMarshal.AsSpan(_outputs).Sort(CollectionsMarshal.AsSpan(_areYes));
    }

    // Of rows of one output, those of a yes and those of a no: each from the largest weight down, so that a sum is the same in any order.
    private (double Yes, double No) WeightsOf(int from, int end, int exponent)
    {
        double yes = 0, no = 0;
        if (!IsWeighted)
        {
            double weight = Math.ScaleB(_first, -exponent);
            foreach (bool isYes in CollectionsMarshal.AsSpan(_areYes)[from..end])
            {
                if (isYes)
                    yes += weight;
                else
                    no += weight;
            }

            return (yes, no);
        }

        Span<double> weights = CollectionsMarshal.AsSpan(_signedWeights)[from..end];
        weights.Sort();
        foreach (double weight in weights)
        {
            if (weight < 0)
                no += Math.ScaleB(-weight, -exponent);
        }

        for (int i = weights.Length - 1; i >= 0 && weights[i] > 0; i--)
            yes += Math.ScaleB(weights[i], -exponent);
        return (yes, no);
    }
}
