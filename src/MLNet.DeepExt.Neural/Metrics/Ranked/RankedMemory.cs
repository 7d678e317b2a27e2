namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The memory limit that one or several <see cref="RankedRows"/> share, for storing and sorting outputs.</summary>
/// <remarks>
/// Three quarters are for outputs. If they are not sufficient, the instance with the most outputs drops the second half of its classes, for which
/// its rows must be added again. The rest limits the number of threads that sort in parallel, each of which needs up to 16 bytes per row. At least
/// one class is always stored and sorted. Values are equal to the last bit for any limit. Not thread-safe.
/// </remarks>
public sealed class RankedMemory
{
    private const long Least = 128L << 20;
    private const int ShareOfMachine = 8;
    private const int ShareOfThreads = 4;
    private const int RowOfThread = 16; // bytes: an output, a weight, and how often it is drawn

    private readonly HashSet<RankedRows> _sharers = []; // instances that will store outputs
    private long _used;     // bytes of outputs
    private bool _isNarrow; // each stores one class

    /// <summary>Creates a memory limit.</summary>
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

    /// <summary>Creates a limit of an eighth of the memory that .NET may use, at least 128 MB.</summary>
    public static RankedMemory OfMachine() => new(Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMachine));

    /// <summary>Returns the number of threads that may sort rows in parallel, at least one.</summary>
    /// <param name="free">The number of free bytes.</param>
    /// <param name="rows">The number of rows that each thread sorts.</param>
    /// <param name="processors">The maximum number of useful threads.</param>
    internal static int ThreadsFor(long free, int rows, int processors) =>
        (int)Math.Clamp(free / (RowOfThread * Math.Max(1L, rows)), 1, processors);

    /// <summary>Returns the number of threads that may sort rows in parallel, in addition to all stored outputs.</summary>
    /// <param name="rows">The number of rows that each thread sorts.</param>
    /// <param name="beside">The number of bytes that they share.</param>
    internal int ThreadsFor(int rows, long beside) => ThreadsFor(Bytes - _used - beside, rows, Environment.ProcessorCount);

    /// <summary>Registers rows that store outputs of some classes.</summary>
    internal void Join(RankedRows rows)
    {
        _sharers.Add(rows);
        _isNarrow = false;
    }

    /// <summary>Unregisters rows that need no more memory.</summary>
    internal void Leave(RankedRows rows) => _sharers.Remove(rows);

    /// <summary>Releases the memory of outputs.</summary>
    internal void Release(long bytes) => _used -= bytes;

    /// <summary>Reserves memory for the outputs of one more row; fewer classes may be stored afterwards.</summary>
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

    /// <summary>Returns the number of classes that can be stored in the next pass over the rows.</summary>
    /// <param name="bytes">The number of bytes per output.</param>
    internal long ClassesFor(int bytes) => ForOutputs / bytes / Math.Max(1, _sharers.Sum(rows => (long)rows.RowsOfPass));
}
