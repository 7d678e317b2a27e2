namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The limit of the memory for everything that is read from one file: 256 MiB plus 128 bytes for each byte of the file.
/// </summary>
/// <remarks>
/// A file of a few kilobytes can describe gigabytes, and a correct checksum does not prove that this library wrote it. Therefore code that reads a
/// file reserves memory here before it allocates it. A network with wide layers needs about five bytes for each byte of its file; one unit with
/// many inputs needs 40, because weights are stored in strips of 16; weights of which 95 % are zeros need 60, because zeros are compressed. Not
/// thread-safe.
/// </remarks>
public sealed class MemoryBudget
{
    private const long FreeBytes = 256L << 20, BytesPerByte = 128;

    private readonly long _fileBytes;
    private long _left;

    /// <summary>Creates the budget of a file.</summary>
    /// <param name="fileBytes">The size of the stored (compressed) file in bytes, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fileBytes"/> is negative.</exception>
    public MemoryBudget(long fileBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fileBytes);
        _fileBytes = fileBytes;
        Limit = FreeBytes + BytesPerByte * Math.Min(fileBytes, long.MaxValue / (2 * BytesPerByte));
        _left = Limit;
    }

    /// <summary>The limit in bytes: 268,435,456 + 128 for each byte of the file.</summary>
    public long Limit { get; }

    /// <summary>Reserves memory before it is allocated.</summary>
    /// <param name="count">The number of items, at least 0.</param>
    /// <param name="bytesPerItem">The number of bytes per item, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="InvalidDataException">The memory exceeds the budget.</exception>
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
