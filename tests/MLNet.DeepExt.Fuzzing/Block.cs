using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>What is behind a checksum, and other content under a right one.</summary>
internal static class Block
{
    private const int HeaderLength = sizeof(long) + 32;

    public static byte[] PayloadOf(byte[] block) => block[HeaderLength..];

    public static byte[] Seal(byte[] payload)
    {
        using var stream = new MemoryStream();
        ChecksummedBlock.Write(stream, payload);
        return stream.ToArray();
    }
}
