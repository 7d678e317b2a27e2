namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The memory that one or several <see cref="RankedRows"/> share: for what they keep of rows, and for sorting it.</summary>
/// <remarks>
/// Three quarters are for outputs. Where they do not suffice, the one that keeps the most drops the second half of its classes, for which its
/// rows have to be added again. The rest limits how many threads sort at once, of which each takes up to 16 bytes a row. At least one class is
/// kept and sorted, however many rows there are. Figures are the same bits whatever the memory. It is not safe for several threads.
/// </remarks>
public sealed class RankedMemory
{
    private const long Least = 128L << 20;
    private const int ShareOfMachine = 8;
    private const int ShareOfThreads = 4;
    private const int RowOfThread = 16; // bytes: an output, a weight, and how often it is drawn

    private readonly HashSet<RankedRows> _sharers = []; // those that will need outputs
    private long _used;     // bytes of outputs
    private bool _isNarrow; // each keeps one class

    /// <summary>A memory of a size.</summary>
    /// <param name="bytes">The size in bytes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public RankedMemory(long bytes)
    {
        if (bytes < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes), FormattableString.Invariant($"The bytes of RankedMemory must be at least 1 but are {bytes}; use OfMachine()."));
        }

        Bytes = bytes;
    }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; }

    private long ForOutputs => Bytes - Bytes / ShareOfThreads;

    /// <summary>An eighth of the memory that .NET may use, and at least 128 MB.</summary>
    public static RankedMemory OfMachine() => new(Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMachine));

    /// <summary>How many threads may sort rows at once: as many as fit, at least one.</summary>
    /// <param name="free">Bytes that are left.</param>
    /// <param name="rows">The rows that each of them sorts.</param>
    /// <param name="processors">The most that are of use.</param>
    internal static int ThreadsFor(long free, int rows, int processors) =>
        (int)Math.Clamp(free / (RowOfThread * Math.Max(1L, rows)), 1, processors);

    /// <summary>How many threads may sort rows at once, beside all outputs that are kept.</summary>
    /// <param name="rows">The rows that each of them sorts.</param>
    /// <param name="beside">Bytes that they share.</param>
    internal int ThreadsFor(int rows, long beside) => ThreadsFor(Bytes - _used - beside, rows, Environment.ProcessorCount);

    /// <summary>Rows begin to keep outputs of some classes.</summary>
    internal void Join(RankedRows rows)
    {
        _sharers.Add(rows);
        _isNarrow = false;
    }

    /// <summary>Rows need nothing more.</summary>
    internal void Leave(RankedRows rows) => _sharers.Remove(rows);

    /// <summary>Outputs are no longer kept.</summary>
    internal void Release(long bytes) => _used -= bytes;

    /// <summary>Makes room for the outputs of one more row, of which fewer classes may be kept afterwards.</summary>
    internal void Reserve(RankedRows rows)
    {
        while (!_isNarrow && _used + rows.BytesOfRow > ForOutputs)
        {
            if (_sharers.Where(sharer => sharer.CanDrop).MaxBy(sharer => sharer.KeptBytes) is { } widest)
                _used -= widest.Drop();
            else
                _isNarrow = true;
        }

        _used += rows.BytesOfRow;
    }

    /// <summary>How many classes can be kept if all rows that are still needed are added again.</summary>
    /// <param name="bytes">The bytes that an output takes.</param>
    internal long ClassesFor(int bytes) => ForOutputs / bytes / Math.Max(1, _sharers.Sum(rows => (long)rows.RowsOfPass));
}
