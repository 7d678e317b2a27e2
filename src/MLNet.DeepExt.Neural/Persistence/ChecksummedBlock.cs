using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// A block of bytes in a stream with their length and SHA-256 before them, so that a damaged file is detected before it
/// is parsed: (length: int64 little-endian), (hash: 32 bytes), (payload).
/// </summary>
public static class ChecksummedBlock
{
    private const int HeaderLength = sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>Writes a block.</summary>
    /// <param name="destination">The stream.</param>
    /// <param name="payload">The bytes.</param>
    public static void Write(Stream destination, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt64LittleEndian(header, payload.Length);
        SHA256.HashData(payload, header[sizeof(long)..]);
        destination.Write(header);
        destination.Write(payload);
    }

    /// <summary>Reads a block and verifies it. Never allocates much more than the stream holds.</summary>
    /// <param name="source">A stream at the start of a block.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="InvalidDataException">The stream ends too early, or the bytes do not match the hash.</exception>
    public static byte[] Read(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Read(source, null);
    }

    /// <summary>Reads a block, as one of several of a file, and verifies it.</summary>
    /// <param name="source">A stream at the start of a block.</param>
    /// <param name="budget">The memory budget of the file, from which the payload is subtracted before it is read. Null for no limit.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="InvalidDataException">
    /// The stream ends too early, the bytes do not match the hash, or they exceed the budget.
    /// </exception>
    public static byte[] Read(Stream source, MemoryBudget? budget)
    {
        ArgumentNullException.ThrowIfNull(source);
        var header = new byte[HeaderLength];
        int got = source.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (got < HeaderLength)
        {
            throw new InvalidDataException(
                $"The block's header has {HeaderLength} bytes but the stream ends after {got}; the file is truncated.");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(header);
        if (length < 0 || length > Array.MaxLength)
            throw new InvalidDataException($"The block claims to be {length} bytes long; the file is damaged.");

        budget?.Spend(length);
        byte[] payload = CautiousRead.Exactly(source, (int)length, "The block");
        if (!SHA256.HashData(payload).AsSpan().SequenceEqual(header.AsSpan(sizeof(long))))
            throw new InvalidDataException($"The checksum of a block of {length} bytes is wrong; the file is damaged.");
        return payload;
    }
}
