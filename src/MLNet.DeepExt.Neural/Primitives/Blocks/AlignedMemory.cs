using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Zeroed memory on the managed heap that is aligned to 64 bytes and pinned.</summary>
internal static class AlignedMemory
{
    private const int LineBytes = 64;

    /// <summary>The maximum number of elements, for both float and double.</summary>
    public static int MaximumLength => Array.MaxLength - LineBytes;

    public static Memory<T> Allocate<T>(int length)
        where T : unmanaged
    {
        int slack = LineBytes / Unsafe.SizeOf<T>();
        T[] array = GC.AllocateArray<T>(checked(length + slack), pinned: true);
        return array.AsMemory(ElementsToNextLine(array), length);
    }

    private static unsafe int ElementsToNextLine<T>(T[] array)
        where T : unmanaged
    {
        nuint address = (nuint)Unsafe.AsPointer(ref array[0]);
        return (int)((LineBytes - address % LineBytes) % LineBytes) / sizeof(T);
    }
}
