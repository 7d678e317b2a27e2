using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

public sealed class GuardedMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(70_000)]
    public void The_byte_after_the_last_one_cannot_be_read(int length)
    {
        using var memory = new GuardedMemory<byte>(length);
        string path = Path.GetTempFileName();
        try
        {
            // The operating system reads the bytes here, and reports a forbidden page as an error instead of a crash.
            using FileStream file = File.OpenWrite(path);
            RandomAccess.Write(file.SafeFileHandle, memory.Span, 0);
            Assert.Throws<IOException>(() =>
            {
                ref byte last = ref memory.Span[^1];
                RandomAccess.Write(file.SafeFileHandle, MemoryMarshal.CreateReadOnlySpan(ref last, 2)[1..], 0);
            });
        }
        finally
        {
            File.Delete(path);
        }
    }
}
