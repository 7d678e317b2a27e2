using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Which rows are kept of more than there is room for: all, then every second, every fourth, and so on, by their number. At least half of the room is
/// in use, and which rows are kept depends on nothing but how many there are.
/// </summary>
/// <param name="mostRows">Rows for which there is room, at least 2.</param>
internal sealed class RowThinning(long mostRows)
{
    private long _met;
    private int _distance = 1; // every such row is kept

    /// <summary>Whether the next row is kept.</summary>
    /// <param name="kept">Rows that are kept so far.</param>
    /// <param name="halve">Leaves out every second of them; called where there is no room for the row.</param>
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

    /// <summary>Leaves out the second row, the fourth and so on: the first stays, and so do all whose number the doubled distance divides.</summary>
    /// <param name="rows">(rows, width), row-major.</param>
    /// <param name="width">Numbers of a row.</param>
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
