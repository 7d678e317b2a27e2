using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class AlignedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void It_is_zero_as_long_as_asked_and_begins_at_a_64_byte_line_for_good(int length)
    {
        Memory<float>[] floats = [.. Enumerable.Range(0, 20).Select(_ => AlignedMemory.Allocate<float>(length))];
        Memory<double>[] doubles = [.. Enumerable.Range(0, 20).Select(_ => AlignedMemory.Allocate<double>(length))];
        GC.Collect();
        Assert.All(floats, memory => Check(memory, length));
        Assert.All(doubles, memory => Check(memory, length));
    }

    [Fact]
    public void What_is_too_long_for_an_array_is_refused() =>
        Assert.Throws<OverflowException>(() => AlignedMemory.Allocate<float>(int.MaxValue));

    private static unsafe void Check<T>(Memory<T> memory, int length)
        where T : unmanaged
    {
        Assert.Equal(length, memory.Length);
        Assert.Equal(0UL, (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span)) % 64);
        Assert.False(MemoryMarshal.AsBytes(memory.Span).ContainsAnyExcept((byte)0));
    }
}
