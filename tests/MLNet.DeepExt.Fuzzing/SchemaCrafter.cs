using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Makes schemas whose types, names and annotations claim too much, inflate without end, or do not fit the network beside them.</summary>
internal static class SchemaCrafter
{
    private const int HeaderLength = 256, MostLevels = 50_000;

    private static readonly int[] Lengths = [0, 1, 2, 3, 1000, 1_000_000, 50_000_000, 500_000_000, int.MaxValue];
    private static readonly string[] Items = ["Single", "TextSpan", "Boolean", "Int32", "Double", "UInt32"];
    private static readonly string[] Kinds = ["KeyValues", "SlotNames", "CategoricalSlotRanges", "IsNormalized", "Other"];

    /// <summary>Other bytes of a schema, with the same columns in name.</summary>
    public static byte[] Craft(ReadOnlySpan<byte> schema, string features, string label, Random random)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(schema[..HeaderLength]);
        byte[] block = Value(random, out byte compression);
        long place = stream.Position;
        writer.Write(block);
        long annotations = stream.Position;
        int times = random.Next(10) == 0 ? random.Next(1, 300) : random.Next(1, 3);
        writer.Write7BitEncodedInt(times);
        for (int i = 0; i < times; i++)
        {
            writer.Write(i == 0 ? Kinds[random.Next(Kinds.Length)] : $"{Kinds[random.Next(Kinds.Length)]}{i}");
            if (random.Next(15) == 0)
                WriteNested(writer, random);
            else
                WriteVector(writer, Items[random.Next(Items.Length)], Lengths[random.Next(Lengths.Length)]);
            writer.Write(compression);
            writer.Write(random.Next(20) == 0 ? random.NextInt64() : place);
            writer.Write7BitEncodedInt64(block.Length);
        }

        long columns = stream.Position;
        bool isOfLabel = random.Next(2) == 0;
        WriteColumn(writer, features, random.Next(4) == 0 ? "" : "Single", random, isOfLabel ? 0 : annotations);
        WriteColumn(writer, label, new[] { "", "Key2", "Boolean", "Single" }[random.Next(4)], random, isOfLabel ? annotations : 0);
        long tail = stream.Position;
        writer.Write(schema[^sizeof(long)..]);
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), columns);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), tail);
        return bytes;
    }

    private static byte[] Value(Random random, out byte compression)
    {
        int length = Lengths[random.Next(Lengths.Length)];
        int[] counts = [-1, 0, 1, length];
        using var value = new MemoryStream();
        using var writer = new BinaryWriter(value);
        writer.Write(1);
        writer.Write(length);
        writer.Write(counts[random.Next(counts.Length)]);
        writer.Write(random.Next(4) == 0 ? length : 0);
        // Rarely megabytes, which take their time.
        writer.Write(new byte[random.Next(200) == 0 ? random.Next(20_000_000) : random.Next(200)]);
        compression = (byte)random.Next(3);
        if (compression != 1)
            return value.ToArray();
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(value.GetBuffer(), 0, (int)value.Length);
        return deflated.ToArray();
    }

    private static void WriteColumn(BinaryWriter writer, string name, string type, Random random, long annotations)
    {
        writer.Write(name);
        int size = random.Next(10);
        if (random.Next(10) == 0)
        {
            WriteNested(writer, random);
        }
        else if (type == "Key2")
        {
            writer.Write(type);
            writer.Write7BitEncodedInt("UInt32".Length + 2 + sizeof(ulong));
            writer.Write("UInt32");
            writer.Write7BitEncodedInt(0);
            writer.Write((ulong)size);
        }
        else if (type == "Single" || type == "")
        {
            WriteVector(writer, "Single", size);
        }
        else
        {
            writer.Write(type);
            writer.Write7BitEncodedInt(0);
        }

        writer.Write((byte)0);
        writer.Write7BitEncodedInt(1);
        writer.Write((long)HeaderLength);
        writer.Write(annotations);
    }

    private static void WriteVector(BinaryWriter writer, string item, int length)
    {
        writer.Write("VBuffer");
        writer.Write7BitEncodedInt(item.Length + 2 + 2 * sizeof(int));
        writer.Write(item);
        writer.Write7BitEncodedInt(0);
        writer.Write(1);
        writer.Write(length);
    }

    // Vectors of keys of vectors and so on, sometimes so many that reading them by recursion would overflow the stack.
    private static void WriteNested(BinaryWriter writer, Random random)
    {
        byte[] inside = TypeOf(Items[random.Next(Items.Length)], 0);
        Stack<byte[]> heads = [];
        List<byte[]> tails = [];
        long length = inside.Length;
        for (int level = random.Next(50) == 0 ? random.Next(MostLevels) : random.Next(1, 6); level > 0; level--)
        {
            bool isVector = random.Next(2) == 0;
            byte[] tail = isVector ? [1, 0, 0, 0, .. BitConverter.GetBytes(random.Next(4))] : BitConverter.GetBytes((ulong)random.Next(4));
            byte[] head = TypeOf(isVector ? "VBuffer" : "Key2", length + tail.Length);
            heads.Push(head);
            tails.Add(tail);
            length += head.Length + tail.Length;
        }

        foreach (byte[] part in heads.Append(inside).Concat(tails))
            writer.Write(part);
    }

    // The beginning of a type: its name, and the length of its definition.
    private static byte[] TypeOf(string name, long length)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(name);
        writer.Write7BitEncodedInt64(length);
        return stream.ToArray();
    }
}
