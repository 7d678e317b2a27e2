namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Reads as many bytes as a file claims to have; the claim is believed only as far as bytes arrive.</summary>
internal static class CautiousRead
{
    private const int Chunk = 1 << 16;

    /// <summary>Never allocates much more than twice what the stream holds.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="length">How many bytes, at least 0.</param>
    /// <param name="what">What they are, as the subject of a sentence.</param>
    /// <exception cref="InvalidDataException">The stream ends too early.</exception>
    public static byte[] Exactly(Stream source, int length, string what)
    {
        // A stream that knows its length is believed at once.
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
