using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Decides for each row in order whether it is held out.</summary>
/// <remarks>
/// Selection sampling: if w of the n remaining rows of a class are still to be taken, the next one is taken with probability w/n,
/// so all subsets are equally probable (D. E. Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S).
/// </remarks>
internal sealed class StratifiedDraw
{
    private readonly CounterRandom _random;
    private readonly int[] _left;   // (classes): the number of remaining rows
    private readonly int[] _wanted; // (classes): the number of rows still to be held out
    private readonly int[]? _before; // (classes): the number of remaining rows of the folds before; null without folds

    public StratifiedDraw(StratifiedSplit split, CounterRandom random)
    {
        _random = random;
        _left = [.. split.RowsOfClass];
        _wanted = [.. split.HeldOutOfClass];
        _before = split.Before is { } before ? [.. before] : null;
    }

    /// <summary>Decides whether the next row, which has this class, is held out.</summary>
    public bool IsHeldOut(int label)
    {
        // A class without counted rows has no held-out rows.
        if (label >= _wanted.Length || (_wanted[label] == 0 && _before is null) || _left[label] == 0)
            return false;
        int left = _left[label]--;
        int drawn = _random.Derive((ulong)label).Below(left, (ulong)left);
        // Every fold draws the same random number for a row, so the folds do not overlap.
        if (_before is not null && drawn < _before[label])
        {
            _before[label]--;
            return false;
        }

        if (drawn - (_before?[label] ?? 0) >= _wanted[label])
            return false;
        _wanted[label]--;
        return true;
    }
}
