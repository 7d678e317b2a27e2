namespace MLNet.DeepExt.Neural.Data;

/// <summary>Cuts the rows of an epoch into batches of one size, the last one smaller.</summary>
/// <remarks>A last part of a single row joins the one before it, because a batch of one row has no variance to normalize by.</remarks>
internal readonly struct BatchCut
{
    private readonly int _size;

    /// <param name="rows">Rows of the epoch.</param>
    /// <param name="size">Rows of a batch.</param>
    public BatchCut(int rows, int size)
    {
        _size = Math.Min(size, rows);
        bool isLastJoined = _size > 1 && rows % _size == 1;
        Maximum = isLastJoined ? _size + 1 : _size;
        Batches = rows / _size + (rows % _size == 0 || isLastJoined ? 0 : 1);
    }

    /// <summary>The most rows of a batch.</summary>
    public int Maximum { get; }

    /// <summary>How many batches.</summary>
    public int Batches { get; }

    /// <summary>Rows of the next batch when <paramref name="left"/> rows are left.</summary>
    public int Next(int left) => left == Maximum ? left : Math.Min(_size, left);
}
