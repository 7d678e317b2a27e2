using System.Text;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>Reads the content of an entry, and counts the memory that is taken by what it says.</summary>
/// <param name="payload">The content, whose checksum is right: that does not say that this library wrote it.</param>
/// <param name="budget">What the file may take in memory.</param>
internal sealed class ContentReader(byte[] payload, MemoryBudget budget) : BinaryReader(new MemoryStream(payload, writable: false), Encoding.UTF8)
{
    /// <summary>What the file may take in memory.</summary>
    public MemoryBudget Budget => budget;

    /// <summary>Reads a text: the number of its bytes, seven bits a byte, then UTF-8.</summary>
    /// <exception cref="InvalidDataException">Fewer bytes remain than it claims.</exception>
    public override string ReadString()
    {
        long length = 0, last = 0x80;
        // Five bytes for the 32 bits that .NET writes.
        for (int shift = 0; last >= 0x80 && shift < 35; shift += 7)
        {
            last = ReadByte();
            length |= (last & 0x7F) << shift;
        }

        long remaining = BaseStream.Length - BaseStream.Position;
        return last < 0x80 && length <= remaining
            ? Encoding.UTF8.GetString(ReadBytes((int)length))
            : throw new InvalidDataException(
                $"The model file claims a text of {length} bytes where {remaining} bytes remain; the file is damaged or changed.");
    }

    /// <summary>Reads a count that memory is taken by, and believes it only if so many items can follow and may be taken.</summary>
    /// <param name="items">What is counted, in words.</param>
    /// <param name="bytesPerItem">The bytes that each takes at least in the file.</param>
    /// <param name="bytesInMemory">The bytes that each takes in memory.</param>
    /// <exception cref="InvalidDataException">
    /// The count is negative, or fewer bytes remain than that many items take, or they would take more memory than the file may.
    /// </exception>
    public int ReadCount(string items, int bytesPerItem, int bytesInMemory)
    {
        int count = ReadInt32();
        long remaining = BaseStream.Length - BaseStream.Position;
        if (count < 0 || count > remaining / bytesPerItem)
        {
            throw new InvalidDataException(
                $"The model file claims {count} {items} of {bytesPerItem} bytes or more where {remaining} bytes remain; "
                + "the file is damaged or changed.");
        }

        budget.Spend(count, bytesInMemory);
        return count;
    }
}
