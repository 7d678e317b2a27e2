namespace MLNet.DeepExt.Neural.Data;

/// <summary>Cuts the rows of an epoch into batches of one size, the last one smaller.</summary>
/// <remarks>A last batch of a single row is merged with the one before it, because a batch of one row has no variance to normalize by.</remarks>
internal readonly struct BatchCut
{
    private readonly int _size;

    /// <param name="rows">The number of rows of the epoch.</param>
    /// <param name="size">The number of rows of a batch.</param>
    public BatchCut(int rows, int size)
    {
        _size = Math.Min(size, rows);
        bool isLastJoined = _size > 1 && rows % _size == 1;
        Maximum = isLastJoined ? _size + 1 : _size;
        Batches = rows / _size + (rows % _size == 0 || isLastJoined ? 0 : 1);
    }

    /// <summary>The maximum number of rows of a batch.</summary>
    public int Maximum { get; }

    /// <summary>The number of batches.</summary>
    public int Batches { get; }

    /// <summary>Returns the number of rows of the next batch if <paramref name="left"/> rows are left.</summary>
    public int Next(int left) => left == Maximum ? left : Math.Min(_size, left);
}
