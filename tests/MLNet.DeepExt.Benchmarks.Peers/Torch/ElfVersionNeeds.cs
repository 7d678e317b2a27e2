using System.Buffers.Binary;
using System.Text;

namespace MLNet.DeepExt.Benchmarks.Peers.Torch;

/// <summary>
/// The versions of other libraries that a 64-bit ELF library asks for. The loader refuses a library if one of them is missing,
/// even if nothing of that version is ever used, unless it is marked as weak.
/// </summary>
/// <remarks>
/// Structures and field offsets: System V ABI, and Linux Standard Base, "Symbol Versioning" (Elf64_Verneed, Elf64_Vernaux).
/// </remarks>
internal static class ElfVersionNeeds
{
    private const uint SectionOfNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2;                  // VER_FLG_WEAK

    /// <summary>Marks a version as weak wherever the library asks for it.</summary>
    /// <param name="library">The bytes of the file.</param>
    /// <param name="version">Such as GLIBCXX_3.4.32.</param>
    /// <returns>Whether the library asks for it.</returns>
    public static bool Weaken(Span<byte> library, string version)
    {
        if (!library.StartsWith("\x7f"u8) || library[4] != 2)
            return false;
        bool found = false;
        long sections = Read64(library, 0x28);
        int size = Read16(library, 0x3a), count = Read16(library, 0x3c);
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = library[(int)(sections + i * size)..];
            if (Read32(section, 4) != SectionOfNeeds)
                continue;
            Span<byte> names = library[(int)(sections + Read32(section, 0x28) * size)..];
            found |= WeakenIn(library[(int)Read64(section, 0x18)..], library[(int)Read64(names, 0x18)..], version);
        }

        return found;
    }

    // need: a chain of libraries, each with a chain of versions; an offset of 0 ends a chain.
    private static bool WeakenIn(Span<byte> need, Span<byte> strings, string version)
    {
        bool found = false;
        while (true)
        {
            Span<byte> wanted = need[(int)Read32(need, 8)..];
            while (true)
            {
                if (StringAt(strings, Read32(wanted, 8)) == version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(wanted[4..], (ushort)(Read16(wanted, 4) | Weak));
                    found = true;
                }

                if (Read32(wanted, 12) == 0)
                    break;
                wanted = wanted[(int)Read32(wanted, 12)..];
            }

            if (Read32(need, 12) == 0)
                return found;
            need = need[(int)Read32(need, 12)..];
        }
    }

    private static string StringAt(Span<byte> strings, uint offset)
    {
        Span<byte> text = strings[(int)offset..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static uint Read32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static long Read64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]);
}
