using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Says of one row after another whether it is held out.</summary>
/// <remarks>
/// Selection sampling: with w rows still wanted of the n that are left of a class, the next one is taken with probability w/n,
/// which gives every choice of rows the same chance (D. E. Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S).
/// </remarks>
internal sealed class StratifiedDraw
{
    private readonly CounterRandom _random;
    private readonly int[] _left;   // (classes): rows still to come
    private readonly int[] _wanted; // (classes): rows still to be held out
    private readonly int[]? _before; // (classes): rows still to come of the folds before; null where there are no folds

    public StratifiedDraw(StratifiedSplit split, CounterRandom random)
    {
        _random = random;
        _left = [.. split.RowsOfClass];
        _wanted = [.. split.HeldOutOfClass];
        _before = split.Before is { } before ? [.. before] : null;
    }

    /// <summary>Whether the next row, which is of this class, is held out.</summary>
    public bool IsHeldOut(int label)
    {
        // A class without counted rows gives nothing.
        if (label >= _wanted.Length || (_wanted[label] == 0 && _before is null) || _left[label] == 0)
            return false;
        int left = _left[label]--;
        int drawn = _random.Derive((ulong)label).Below(left, (ulong)left);
        // Every fold draws the same number of a row, which stands for what is left of the folds in their order.
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
