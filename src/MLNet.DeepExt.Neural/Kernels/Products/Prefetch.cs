using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Asks the processor to fetch memory that will be read soon, where it takes such requests.</summary>
internal static class Prefetch
{
    private const int LineBytes = 64;

    // What lies behind them the processor fetches unasked, once it sees where the reading leads.
    private const int MostLines = 4;

    /// <summary>Asks for the beginning of a run of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        // Not pinned: if the array is moved meanwhile, the request is for the wrong memory, and harmless.
        byte* address = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        int bytes = Math.Min(values.Length * sizeof(T), MostLines * LineBytes);
        for (int line = 0; line < bytes; line += LineBytes)
            Sse.Prefetch0(address + line);
    }
}
