using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The entries of a sparse block by column: which inputs its rows touch, and for each of them the rows and values, the rows
/// ascending. The gradient of a first layer is a sum over these.
/// </summary>
/// <remarks>
/// Reading a block takes time by its entries alone: what the block before touched is forgotten input by input. Inputs stand
/// in ascending order, so that a loop over their weights reads memory in one direction.
/// </remarks>
internal sealed class TouchedInputs<T>(int width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstEntries = 64;

    private readonly int[] _placeOf = new int[width];  // (inputs): where an input stands among those touched; 0 if it is not
    private int[] _inputs = new int[FirstEntries];     // (count), may be longer
    private int[] _starts = new int[FirstEntries + 1]; // (count + 1), may be longer
    private int[] _rows = new int[FirstEntries];       // (entries), may be longer
    private T[] _values = new T[FirstEntries];         // (entries), may be longer

    /// <summary>How many inputs are touched.</summary>
    public int Count { get; private set; }

    /// <summary>Which, ascending: (count).</summary>
    public ReadOnlySpan<int> Inputs => _inputs.AsSpan(0, Count);

    /// <summary>Where the entries of each begin, and where the last ones end: (count + 1).</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>The row of each entry, ascending for each input: (entries).</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _starts[Count]);

    /// <summary>The value of each entry: (entries).</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, _starts[Count]);

    /// <summary>Takes up a block in place of the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(SparseBlock<T> block)
    {
        foreach (int input in Inputs)
            _placeOf[input] = 0;
        Reserve(block.Entries);
        Count = CountEntries(block.AllColumns);
        _inputs.AsSpan(0, Count).Sort();
        int start = 0;
        for (int place = 0; place < Count; place++)
        {
            ref int entries = ref _placeOf[_inputs[place]];
            _starts[place] = start;
            start += entries;
            entries = place;
        }

        Place(block);
        // Placing has moved every beginning to its end, which is the next one's beginning.
        _starts.AsSpan(0, Count).CopyTo(_starts.AsSpan(1));
        _starts[0] = 0;
    }

    private void Reserve(int entries)
    {
        if (entries <= _rows.Length)
            return;
        int capacity = (int)Math.Min(Math.Max(entries, 2L * _rows.Length), Array.MaxLength - 1);
        _inputs = new int[capacity];
        _starts = new int[capacity + 1];
        _rows = new int[capacity];
        _values = new T[capacity];
    }

    // Collects the inputs, and how many entries each has where later its place stands.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountEntries(ReadOnlySpan<int> columns)
    {
        int count = 0;
        foreach (int column in columns)
        {
            if (_placeOf[column]++ == 0)
                _inputs[count++] = column;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(SparseBlock<T> block)
    {
        ReadOnlySpan<int> starts = block.Starts, columns = block.AllColumns;
        ReadOnlySpan<T> values = block.AllValues;
        for (int row = 0; row < block.Rows; row++)
        {
            for (int entry = starts[row]; entry < starts[row + 1]; entry++)
            {
                int to = _starts[_placeOf[columns[entry]]]++;
                _rows[to] = row;
                _values[to] = values[entry];
            }
        }
    }
}
