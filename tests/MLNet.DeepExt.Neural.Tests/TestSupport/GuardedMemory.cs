using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>
/// Memory whose last element is followed by a page that nobody may touch: a kernel that reads or writes one element too
/// many ends the process instead of passing unnoticed.
/// </summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly nint _pages;
    private readonly nuint _pagesLength;
    private readonly int _length;

    public GuardedMemory(int length)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint usable = ((nuint)length * (nuint)sizeof(T) + page - 1) / page * page;
        _length = length;
        _pagesLength = usable + page;
        _pages = Pages.Allocate(_pagesLength);
        Pages.Forbid(_pages + (nint)usable, page);
        Pointer = (T*)(_pages + (nint)usable) - length;
    }

    /// <summary>All elements, ending at the forbidden page.</summary>
    public Span<T> Span => new(Pointer, _length);

    private T* Pointer { get; }

    public static GuardedMemory<T> Of(ReadOnlySpan<T> values)
    {
        var memory = new GuardedMemory<T>(values.Length);
        values.CopyTo(memory.Span);
        return memory;
    }

    public static GuardedMemory<T> Filled(int length, T value)
    {
        var memory = new GuardedMemory<T>(length);
        memory.Span.Fill(value);
        return memory;
    }

    public void Dispose() => Pages.Free(_pages, _pagesLength);
}

internal static class Pages
{
    public static nint Allocate(nuint length)
    {
        nint pages = OperatingSystem.IsWindows()
            ? VirtualAlloc(0, length, CommitAndReserve, ReadWrite)
            : MemoryMap(0, length, ReadAndWrite, Private | (OperatingSystem.IsMacOS() ? AnonymousOnMac : AnonymousOnLinux), -1, 0);
        return pages is 0 or -1 ? throw new OutOfMemoryException($"The system gave no {length} bytes of pages.") : pages;
    }

    public static void Forbid(nint address, nuint length)
    {
        bool forbidden = OperatingSystem.IsWindows()
            ? VirtualProtect(address, length, NoAccess, out _)
            : MemoryProtect(address, length, 0) == 0;
        if (!forbidden)
            throw new InvalidOperationException($"The system did not protect the page at {address}: error {Marshal.GetLastPInvokeError()}.");
    }

    public static void Free(nint address, nuint length)
    {
        if (OperatingSystem.IsWindows())
            VirtualFree(address, 0, Release);
        else
            MemoryUnmap(address, length);
    }

    private const uint CommitAndReserve = 0x3000;
    private const uint ReadWrite = 0x04;
    private const uint NoAccess = 0x01;
    private const uint Release = 0x8000;
    private const int ReadAndWrite = 3;
    private const int Private = 2;
    private const int AnonymousOnLinux = 0x20;
    private const int AnonymousOnMac = 0x1000;

    [DllImport("kernel32", SetLastError = true)]
    private static extern nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [DllImport("kernel32", SetLastError = true)]
    private static extern bool VirtualProtect(nint address, nuint size, uint protection, out uint old);

    [DllImport("kernel32", SetLastError = true)]
    private static extern bool VirtualFree(nint address, nuint size, uint type);

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static extern nint MemoryMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static extern int MemoryProtect(nint address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static extern int MemoryUnmap(nint address, nuint length);
}
