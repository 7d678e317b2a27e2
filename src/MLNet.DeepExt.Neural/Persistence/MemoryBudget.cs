namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// How much memory everything that is read from one file may take together: 256 MiB, and 128 bytes for each byte of the file.
/// </summary>
/// <remarks>
/// A file of a few kilobytes can describe gigabytes, and a right checksum does not say that this library wrote it. What reads from a file
/// therefore spends memory here before it takes it. A network with wide layers takes about five bytes for each byte of its file; one unit
/// over many inputs takes 40, since weights are stored in strips of 16; weights of which 95 of 100 are zeros take 60, since zeros are
/// deflated. Not safe for use from several threads.
/// </remarks>
public sealed class MemoryBudget
{
    private const long FreeBytes = 256L << 20, BytesPerByte = 128;

    private readonly long _fileBytes;
    private long _left;

    /// <summary>Makes the budget of a file.</summary>
    /// <param name="fileBytes">How many bytes the file has as it is stored: before anything in it is inflated. At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fileBytes"/> is negative.</exception>
    public MemoryBudget(long fileBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fileBytes);
        _fileBytes = fileBytes;
        Limit = FreeBytes + BytesPerByte * Math.Min(fileBytes, long.MaxValue / (2 * BytesPerByte));
        _left = Limit;
    }

    /// <summary>The most bytes that are spent: 268,435,456 + 128 for each byte of the file.</summary>
    public long Limit { get; }

    /// <summary>Counts memory that is about to be taken.</summary>
    /// <param name="count">How many items, at least 0.</param>
    /// <param name="bytesPerItem">The bytes that each takes in memory, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="InvalidDataException">More memory would be taken than the budget has left.</exception>
    public void Spend(long count, int bytesPerItem = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerItem, 1);
        if (count > _left / bytesPerItem)
        {
            throw new InvalidDataException(
                $"What is in the file of {_fileBytes} bytes would take more than the {Limit} bytes of memory that a file of this size may take; "
                + "the file is damaged, or was made to take memory.");
        }

        _left -= count * bytesPerItem;
    }
}
