using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Selects rows if there are more than the capacity: all, then every second, every fourth, and so on, by their index. At least half of the capacity
/// is used, and the selected rows depend only on the number of rows.
/// </summary>
/// <param name="mostRows">The capacity in rows, at least 2.</param>
internal sealed class RowThinning(long mostRows)
{
    private long _met;
    private int _distance = 1; // every such row is kept

    /// <summary>Returns true if the next row is kept.</summary>
    /// <param name="kept">The number of kept rows.</param>
    /// <param name="halve">Removes every second of them; called if the capacity is reached.</param>
    public bool Takes(int kept, Action halve)
    {
        long number = _met++;
        if (number % _distance != 0)
            return false;
        if (kept < mostRows)
            return true;
        halve();
        _distance *= 2;
        return number % _distance == 0;
    }

    /// <summary>Removes the second row, the fourth, and so on. The rows whose index is a multiple of the doubled distance remain.</summary>
    /// <param name="rows">(rows, width), row-major.</param>
    /// <param name="width">The number of elements of a row.</param>
    public static void KeepEverySecond<T>(List<T> rows, int width)
    {
        if (rows.Count == 0)
            return;
        Span<T> all = CollectionsMarshal.AsSpan(rows);
        int kept = (rows.Count / width + 1) / 2;
        for (int row = 1; row < kept; row++)
            all.Slice(2 * row * width, width).CopyTo(all[(row * width)..]);
        CollectionsMarshal.SetCount(rows, kept * width);
    }
}
