using System.Buffers.Binary;
using System.Text;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>
/// Makes zip files whose directory says something else of entries than is there: other lengths, places and methods, entries that overlap, and
/// many more of them. The entries themselves, with their checksums, are as they were (APPNOTE.TXT 4.3).
/// </summary>
internal static class ZipDirectoryCrafter
{
    private const uint InExtraField = uint.MaxValue;
    private const int MethodAt = 10, CompressedAt = 20, InflatedAt = 24, NameLengthAt = 28, ExtraLengthAt = 30, CommentLengthAt = 32, PlaceAt = 42;
    private const int RecordLength = 46, EndLength = 22, MostCopies = 5_000;

    private static readonly uint[] Lengths = [0, 1, 39, 40, 41, 1000, 1 << 16, 1 << 20, 1 << 28, 1 << 30, int.MaxValue, 1U << 31, uint.MaxValue - 1];
    private static readonly long[] LongLengths = [0, 1, 1L << 31, 1L << 32, 1L << 40, long.MaxValue, long.MinValue, -1];
    private static readonly ushort[] Methods = [0, 8, 9, 12, 14, ushort.MaxValue];

    /// <summary>Another file.</summary>
    /// <param name="file">A file without a comment and without entries of 4 GiB.</param>
    /// <param name="names">The entries of which the directory lies.</param>
    /// <param name="random">What it is drawn from.</param>
    public static byte[] Craft(byte[] file, string[] names, Random random)
    {
        ReadOnlySpan<byte> end = file.AsSpan(file.Length - EndLength);
        int place = BinaryPrimitives.ReadInt32LittleEndian(end[16..]);
        List<byte[]> records = RecordsOf(file.AsSpan(place..^EndLength));
        byte[] entries = file[..place];
        for (int lies = random.Next(1, 4); lies > 0; lies--)
        {
            int[] targets = [.. records.Index().Where(record => names.Contains(NameOf(record.Item))).Select(record => record.Index)];
            int target = targets[random.Next(targets.Length)];
            byte[] record = [.. records[target]];
            switch (random.Next(6))
            {
                case 0:
                    SetLength(record, CompressedAt, Lengths[random.Next(Lengths.Length)]);
                    break;
                case 1:
                    SetLength(record, InflatedAt, Lengths[random.Next(Lengths.Length)]);
                    break;
                case 2: // where another entry is, or none
                    byte[] other = records[random.Next(records.Count)];
                    SetLength(record, PlaceAt, random.Next(3) > 0
                        ? BinaryPrimitives.ReadUInt32LittleEndian(other.AsSpan(PlaceAt)) : (uint)random.Next(file.Length));
                    break;
                case 3:
                    BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(MethodAt), Methods[random.Next(Methods.Length)]);
                    break;
                case 4:
                    record = WithLongLengths(record, random);
                    break;
                default: // the same bytes under other names, or the same one
                    int copies = random.Next(10) == 0 ? random.Next(MostCopies) : random.Next(1, 3);
                    records.AddRange(Enumerable.Range(0, copies).Select(copy => random.Next(4) == 0 ? record : Renamed(record, $"{copy}/Content")));
                    break;
            }

            records[target] = record;
        }

        byte[] directory = [.. records.SelectMany(record => record)], closing = [.. end];
        BinaryPrimitives.WriteUInt16LittleEndian(closing.AsSpan(8), (ushort)records.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(closing.AsSpan(10), (ushort)records.Count);
        BinaryPrimitives.WriteInt32LittleEndian(closing.AsSpan(12), directory.Length);
        return [.. entries, .. directory, .. closing];
    }

    private static List<byte[]> RecordsOf(ReadOnlySpan<byte> directory)
    {
        List<byte[]> records = [];
        while (directory.Length > 0)
        {
            int length = RecordLength + UInt16(directory, NameLengthAt) + UInt16(directory, ExtraLengthAt) + UInt16(directory, CommentLengthAt);
            records.Add(directory[..length].ToArray());
            directory = directory[length..];
        }

        return records;
    }

    private static string NameOf(byte[] record) => Encoding.UTF8.GetString(record, RecordLength, UInt16(record, NameLengthAt));

    private static byte[] Renamed(byte[] record, string name)
    {
        byte[] renamed = [.. record[..RecordLength], .. Encoding.UTF8.GetBytes(name), .. record[(RecordLength + UInt16(record, NameLengthAt))..]];
        BinaryPrimitives.WriteUInt16LittleEndian(renamed.AsSpan(NameLengthAt), (ushort)name.Length);
        return renamed;
    }

    private static void SetLength(byte[] record, int at, uint length) => BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(at), length);

    // Lengths and place as 64 bits, in an extra field of their own (4.5.3).
    private static byte[] WithLongLengths(byte[] record, Random random)
    {
        int extraAt = RecordLength + UInt16(record, NameLengthAt), commentAt = extraAt + UInt16(record, ExtraLengthAt);
        int count = random.Next(1, 4);
        var extra = new byte[4 + sizeof(long) * count];
        extra[0] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)(sizeof(long) * count));
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4 + sizeof(long) * i), LongLengths[random.Next(LongLengths.Length)]);
        byte[] changed = [.. record[..extraAt], .. extra, .. record[commentAt..]];
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(ExtraLengthAt), (ushort)extra.Length);
        foreach (int at in new[] { InflatedAt, CompressedAt, PlaceAt }[..count])
            SetLength(changed, at, InExtraField);
        return changed;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
