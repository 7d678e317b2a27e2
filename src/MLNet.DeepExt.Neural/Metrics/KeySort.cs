using System.Numerics;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Sorts integers in place by their digits, the highest one first: several times faster than comparison sorts for thousands of keys. The order of
/// equal keys is undefined.
/// </summary>
internal static class KeySort
{
    private const int Few = 32;
    private const int MostBits = 11; // of a digit: its counts stay in the first-level cache

    /// <summary>Sorts, ascending.</summary>
    /// <param name="keys">(n).</param>
    /// <param name="items">(n): moved with the keys; or empty.</param>
    public static void Sort<T>(Span<uint> keys, Span<T> items)
    {
        if (keys.Length <= Few)
        {
            Insert(keys, items);
            return;
        }

        (uint least, uint greatest) = RangeOf(keys);
        if (least == greatest)
            return;
        // About four keys for each value of a digit, for uniformly distributed keys.
        int bits = Math.Min(MostBits, BitOperations.Log2((uint)keys.Length) - 2);
        int shift = Math.Max(0, 32 - BitOperations.LeadingZeroCount(greatest - least) - bits);
        Span<int> next = stackalloc int[1 << bits]; // [digit]: the position of its next key
        Span<int> ends = stackalloc int[1 << bits]; // [digit]: the end of its keys
        ends.Clear();
        foreach (uint key in keys)
            ends[(int)((key - least) >> shift)]++;
        int first = 0;
        for (int digit = 0; digit < ends.Length; digit++)
        {
            next[digit] = first;
            first = ends[digit] += first;
        }

        for (int digit = 0; digit < ends.Length; digit++)
        {
            while (next[digit] < ends[digit])
            {
                int from = next[digit];
                int to = next[(int)((keys[from] - least) >> shift)]++;
                if (to == from)
                    continue;
                (keys[from], keys[to]) = (keys[to], keys[from]);
                if (!items.IsEmpty)
                    (items[from], items[to]) = (items[to], items[from]);
            }
        }

        first = 0;
        for (int digit = 0; shift > 0 && digit < ends.Length; digit++)
        {
            int end = ends[digit];
            if (end - first > 1)
                Sort(keys[first..end], items.IsEmpty ? items : items[first..end]);
            first = end;
        }
    }

    private static (uint Least, uint Greatest) RangeOf(ReadOnlySpan<uint> keys)
    {
        uint least = keys[0], greatest = keys[0];
        foreach (uint key in keys)
        {
            least = Math.Min(least, key);
            greatest = Math.Max(greatest, key);
        }

        return (least, greatest);
    }

    private static void Insert<T>(Span<uint> keys, Span<T> items)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            uint key = keys[i];
            T item = items.IsEmpty ? default! : items[i];
            int place = i;
            for (; place > 0 && keys[place - 1] > key; place--)
            {
                keys[place] = keys[place - 1];
                if (!items.IsEmpty)
                    items[place] = items[place - 1];
            }

            keys[place] = key;
            if (!items.IsEmpty)
                items[place] = item;
        }
    }
}
