namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Reads the number of bytes that a file declares, allocating memory only as bytes arrive.</summary>
internal static class CautiousRead
{
    private const int Chunk = 1 << 16;

    /// <summary>Reads bytes. Never allocates much more than twice the content of the stream.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="length">The number of bytes, at least 0.</param>
    /// <param name="what">The name of the bytes, as the subject of a sentence.</param>
    /// <exception cref="InvalidDataException">The stream ends too early.</exception>
    public static byte[] Exactly(Stream source, int length, string what)
    {
        // The length of a seekable stream is reliable.
        long atHand = source.CanSeek ? Math.Max(0, source.Length - source.Position) : Chunk;
        var bytes = new byte[Math.Min(length, atHand)];
        int got = 0;
        while (true)
        {
            got += source.ReadAtLeast(bytes.AsSpan(got), bytes.Length - got, throwOnEndOfStream: false);
            if (got < bytes.Length || (source.CanSeek && got < length))
            {
                throw new InvalidDataException(
                    $"{what} should have {length} bytes but the stream ends after {got}; the file is truncated.");
            }

            if (got == length)
                return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }
    }
}
