using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The entries of a sparse block by column: the touched inputs and, for each of them, the rows and values, with ascending rows.
/// The gradient of a first layer is a sum over them.
/// </summary>
/// <remarks>
/// The time to read a block depends only on the number of its entries: the inputs of the previous block are cleared one by one. Inputs are
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

    /// <summary>The number of touched inputs.</summary>
    public int Count { get; private set; }

    /// <summary>The touched inputs, ascending: (count).</summary>
    public ReadOnlySpan<int> Inputs => _inputs.AsSpan(0, Count);

    /// <summary>The first entry of each input, and the end of the last input: (count + 1).</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>The row of each entry, ascending for each input: (entries).</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _starts[Count]);

    /// <summary>The value of each entry: (entries).</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, _starts[Count]);

    /// <summary>Replaces the entries by those of another block.</summary>
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
        // Filling has moved every start to its end, which is the start of the next input.
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

    // Collects the inputs and counts their entries.
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
