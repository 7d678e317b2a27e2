using System.Buffers.Binary;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// What has to hold of the bytes of an ML.NET binary data file before ML.NET reads its schema: for a vector type it takes as much memory as
/// the bytes claim there to be dimensions, and looks for them afterwards.
/// </summary>
internal static class SchemaBytes
{
    // A type of vectors is its name, the length of its definition, the item's type of the same form, and a counted list of dimensions.
    private static ReadOnlySpan<byte> VectorType => "VBuffer"u8;

    /// <exception cref="InvalidDataException">A vector type claims more dimensions than there are bytes.</exception>
    public static void RequireHonestCounts(ReadOnlySpan<byte> bytes)
    {
        for (int found; (found = bytes.IndexOf(VectorType)) >= 0;)
        {
            bytes = bytes[(found + VectorType.Length)..];
            if (!HasHonestCount(bytes))
                throw new InvalidDataException("A vector type in a schema claims more dimensions than it has; the file is damaged.");
        }
    }

    private static bool HasHonestCount(ReadOnlySpan<byte> definition)
    {
        // Its length, then the item's type: the length of its name, the name, the length of its definition, the definition.
        if (!TrySkipNumber(ref definition, out _)
            || !TrySkipNumber(ref definition, out long name) || !TrySkip(ref definition, name)
            || !TrySkipNumber(ref definition, out long item) || !TrySkip(ref definition, item)
            || definition.Length < sizeof(int))
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(definition);
        return count >= 0 && count <= (definition.Length - sizeof(int)) / sizeof(int);
    }

    // Seven bits a byte, the lowest first; the eighth says that more follow.
    private static bool TrySkipNumber(ref ReadOnlySpan<byte> bytes, out long number)
    {
        number = 0;
        for (int i = 0; i < bytes.Length && i < 9; i++)
        {
            number |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, long count)
    {
        if (count > bytes.Length)
            return false;
        bytes = bytes[(int)count..];
        return true;
    }
}
