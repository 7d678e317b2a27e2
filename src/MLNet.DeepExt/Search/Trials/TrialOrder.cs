namespace MLNet.DeepExt.Search;

/// <summary>The numbers of some trials in an order, into which each comes, and out of which it goes, by a binary search.</summary>
/// <param name="compare">Orders any two; it is 0 for the same number alone. What it goes by changes only for numbers that are not in it.</param>
internal sealed class TrialOrder(Comparison<int> compare)
{
    private readonly Comparer<int> _comparer = Comparer<int>.Create(compare);
    private readonly List<int> _numbers = [];

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>The number at a place, counted from 0.</summary>
    public int this[int place] => _numbers[place];

    /// <summary>All, in order.</summary>
    public IReadOnlyList<int> Numbers => _numbers;

    /// <summary>Adds a number that is not in it.</summary>
    public void Add(int number) => _numbers.Insert(~_numbers.BinarySearch(number, _comparer), number);

    /// <summary>Takes a number out, if it is in it.</summary>
    public void Remove(int number)
    {
        if (PlaceOf(number) is >= 0 and int place)
            _numbers.RemoveAt(place);
    }

    /// <summary>The place of a number; negative if it is not in it.</summary>
    public int PlaceOf(int number) => _numbers.BinarySearch(number, _comparer);

    /// <summary>How many come first for which something holds; for those behind them it does not.</summary>
    public int CountWhile(Predicate<int> holds)
    {
        int first = 0, last = _numbers.Count;
        while (first < last)
        {
            int middle = first + (last - first) / 2;
            if (holds(_numbers[middle]))
                first = middle + 1;
            else
                last = middle;
        }

        return first;
    }

    /// <summary>Replaces all numbers, where what they are ordered by has changed.</summary>
    public void Reset(IEnumerable<int> numbers)
    {
        _numbers.Clear();
        _numbers.AddRange(numbers);
        _numbers.Sort(_comparer);
    }
}
