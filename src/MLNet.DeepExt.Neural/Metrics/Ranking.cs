namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The outputs of all rows for a single binary label, in order: 4 bytes per row if all weights are equal, otherwise 12, and up to the same again
/// in reserve if their number is not known in advance. They are sorted in place, so the computation of a value needs no more memory.
/// </summary>
internal sealed class Ranking
{
    private const int FirstCapacity = 16;

    // Negative rows are stored from the start, positive rows from the end.
    private uint[] _keys = [];      // (capacity)
    private double[] _weights = []; // (capacity), if weights differ
    private int _noCount;
    private int _yesCount;
    private bool _isWeighted;
    private bool _isSorted;         // both ascending
    private bool _areNoAscending;
    private bool _areYesDescending; // if rows are added in the order of their outputs
    private double _first;          // weight of a row
    private double _largest;        // weight of a row

    /// <summary>True if no row has been added.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The weight of the positive rows.</summary>
    public double Yes { get; private set; }

    private int Count => _noCount + _yesCount;

    private int FirstYes => _keys.Length - _yesCount;

    /// <summary>Converts an output, which is not NaN, to an integer with the same order.</summary>
    public static uint KeyOf(float output)
    {
        uint bits = BitConverter.SingleToUInt32Bits(output + 0f); // -0 is 0
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000);
    }

    public void Clear()
    {
        _noCount = 0;
        _yesCount = 0;
        _isWeighted = false;
        _isSorted = false;
        _largest = 0;
        Yes = 0;
    }

    /// <summary>Allocates the memory for a known number of rows, without reserve.</summary>
    public void Reserve(int rows)
    {
        if (rows > _keys.Length)
            Resize(rows);
    }

    public void Add(float output, bool isYes, double weight) => Add(KeyOf(output), isYes, weight);

    /// <summary>Adds a row by the <see cref="KeyOf"/> of its output.</summary>
    public void Add(uint key, bool isYes, double weight)
    {
        if (IsEmpty)
            _first = weight;
        else if (!_isWeighted && weight != _first)
            TellWeightsApart();
        if (Count == _keys.Length)
            Resize(Math.Max(FirstCapacity, (int)Math.Min(2L * Count, Array.MaxLength)));
        _isSorted = false;
        int place;
        if (isYes)
        {
            _areYesDescending = _yesCount == 0 || (_areYesDescending && key >= _keys[FirstYes]);
            _yesCount++;
            place = FirstYes;
            Yes += weight;
        }
        else
        {
            _areNoAscending = _noCount == 0 || (_areNoAscending && key >= _keys[_noCount - 1]);
            place = _noCount++;
        }

        _keys[place] = key;
        if (_isWeighted)
            _weights[place] = weight;
        _largest = Math.Max(_largest, weight);
    }

    /// <summary>
    /// Sums the contributions of the rows of each output, in descending order, and returns the sum and all weights. Weights are divided by a power
    /// of two, which is exact and keeps their products within range. The result does not depend on the order in which rows were added.
    /// </summary>
    public (double Sum, double Yes, double No) Sum(RankTerm term)
    {
        Sort();
        int exponent = _largest > 0 ? Math.ILogB(_largest) : 0;
        double unit = Math.ScaleB(_first, -exponent);
        ReadOnlySpan<uint> keysOfNo = _keys.AsSpan(0, _noCount), keysOfYes = _keys.AsSpan(FirstYes);
        Span<double> weightsOfNo = _isWeighted ? _weights.AsSpan(0, _noCount) : [];
        Span<double> weightsOfYes = _isWeighted ? _weights.AsSpan(FirstYes) : [];
        double sum = 0, yes = 0, no = 0;
        for (int endOfNo = _noCount, endOfYes = _yesCount; endOfNo + endOfYes > 0;)
        {
            uint key = Math.Max(endOfNo > 0 ? keysOfNo[endOfNo - 1] : 0, endOfYes > 0 ? keysOfYes[endOfYes - 1] : 0);
            int fromNo = FirstOf(key, keysOfNo, endOfNo), fromYes = FirstOf(key, keysOfYes, endOfYes);
            double yesHere = WeightOf(weightsOfYes, fromYes, endOfYes), noHere = WeightOf(weightsOfNo, fromNo, endOfNo);
            sum += term(yes, no, yesHere, noHere);
            yes += yesHere;
            no += noHere;
            (endOfNo, endOfYes) = (fromNo, fromYes);
        }

        return (sum, yes, no);

        // Summed in descending order of weights, so that the sum does not depend on the order of rows.
        double WeightOf(Span<double> weights, int from, int end)
        {
            double weight = 0;
            if (weights.IsEmpty)
            {
                for (int i = from; i < end; i++)
                    weight += unit;
                return weight;
            }

            if (end - from > 1)
                weights[from..end].Sort();
            for (int i = end - 1; i >= from; i--)
                weight += Math.ScaleB(weights[i], -exponent);
            return weight;
        }
    }

    private static int FirstOf(uint key, ReadOnlySpan<uint> keys, int end)
    {
        while (end > 0 && keys[end - 1] == key)
            end--;
        return end;
    }

    private void TellWeightsApart()
    {
        if (_weights.Length != _keys.Length)
            _weights = new double[_keys.Length];
        _weights.AsSpan(0, _noCount).Fill(_first);
        _weights.AsSpan(FirstYes).Fill(_first);
        _isWeighted = true;
    }

    private void Resize(int capacity)
    {
        _keys = Moved(_keys, capacity);
        _weights = _isWeighted ? Moved(_weights, capacity) : [];
    }

    private T[] Moved<T>(T[] rows, int capacity)
    {
        var moved = new T[capacity];
        rows.AsSpan(0, _noCount).CopyTo(moved);
        rows.AsSpan(rows.Length - _yesCount).CopyTo(moved.AsSpan(capacity - _yesCount));
        return moved;
    }

    private void Sort()
    {
        if (_isSorted)
            return;
        Span<uint> keysOfYes = _keys.AsSpan(FirstYes);
        Span<double> weightsOfYes = _isWeighted ? _weights.AsSpan(FirstYes) : [];
        if (!_areNoAscending)
            KeySort.Sort(_keys.AsSpan(0, _noCount), _isWeighted ? _weights.AsSpan(0, _noCount) : []);
        if (_areYesDescending)
        {
            keysOfYes.Reverse();
            weightsOfYes.Reverse();
        }
        else
        {
            KeySort.Sort(keysOfYes, weightsOfYes);
        }

        (_isSorted, _areNoAscending, _areYesDescending) = (true, true, _yesCount <= 1);
    }
}
