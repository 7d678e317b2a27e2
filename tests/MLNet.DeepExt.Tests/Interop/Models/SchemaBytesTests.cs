using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>What a schema claims is checked before ML.NET takes memory for it.</summary>
public sealed class SchemaBytesTests
{
    private const string TooManyValues = "An annotation in a schema claims more values than it has; the file is damaged.";
    private const string TooMuchMemory =
        "What is in the file of 10000 bytes would take more than the 269715456 bytes of memory that a file of this size may take; "
        + "the file is damaged, or was made to take memory.";

    private const int Room = 1 << 20; // bytes, more than an exception takes and far less than what is claimed
    private const int FileBytes = 10_000, Limit = 269_715_456;

    [Fact]
    public void A_vector_that_claims_more_dimensions_than_there_are_bytes_is_refused_before_ML_NET_takes_memory_for_them()
    {
        byte[] bytes = Bytes(VectorRow.Dense(new MLContext(), [[1, 2, 3]]).Schema);
        RequireHonest(bytes);
        // The first definition: the length of all, "Single", the length of nothing, the count.
        int count = bytes.AsSpan().IndexOf("VBuffer"u8) + 7 + 1 + 1 + 6 + 1;
        Assert.Equal(1, BitConverter.ToInt32(bytes, count));
        foreach (int claimed in new[] { -1, 1 << 20, int.MaxValue })
        {
            byte[] crafted = [.. bytes];
            BitConverter.TryWriteBytes(crafted.AsSpan(count), claimed);
            AssertRefused("A vector type in a schema claims more dimensions than it has; the file is damaged.", crafted);
        }
    }

    [Theory]
    [InlineData(24, 100L, "A schema of {0} bytes names place 100; the file is damaged.")]
    [InlineData(24, long.MaxValue, "A schema of {0} bytes names place 9223372036854775807; the file is damaged.")]
    [InlineData(32, 300L, "A schema of {0} bytes ends at byte 300 by its header; the file is damaged.")]
    [InlineData(40, 1L, "A schema claims to have 1 rows of data, of which it has none; the file is damaged.")]
    [InlineData(48, 3L, "A schema of features and label claims 3 columns; the file is damaged.")]
    [InlineData(48, 0L, "A schema of features and label claims 0 columns; the file is damaged.")]
    public void A_header_that_claims_what_is_not_there_is_refused(int at, long value, string message)
    {
        byte[] bytes = Bytes(VectorRow.Dense(new MLContext(), [[1, 2, 3]]).Schema);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
        AssertRefused(string.Format(null, message, bytes.Length), bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(263)]
    public void Bytes_that_are_no_file_are_refused(int length) =>
        AssertRefused($"A schema of {length} bytes is shorter than its header; the file is damaged.", new byte[length]);

    [Fact]
    public void A_byte_after_the_end_is_refused()
    {
        byte[] bytes = [.. Bytes(VectorRow.Dense(new MLContext(), [[1, 2, 3]]).Schema), 0];
        AssertRefused($"A schema of {bytes.Length} bytes ends at byte {bytes.Length - 9} by its header; the file is damaged.", bytes);
    }

    [Theory]
    [InlineData("Single", -1)]
    [InlineData("Single", 400_000_000)]
    [InlineData("TextSpan", -1)]
    [InlineData("Boolean", -1)]
    public void An_annotation_that_claims_values_without_having_them_is_refused(string item, int stored)
    {
        byte[] value = [.. Integers(1, 500_000_000, stored, 0), .. new byte[100]];
        AssertRefused(TooManyValues, Crafted(value, item, 500_000_000, isDeflated: false));
        AssertRefused(TooManyValues, Crafted(value, item, 500_000_000, isDeflated: true));
    }

    [Fact]
    public void An_annotation_that_claims_indices_without_having_them_is_refused() => AssertRefused(
        TooManyValues, Crafted([.. Integers(1, 500_000_000, 2, 500_000_000), .. new byte[100]], "Single", 500_000_000, isDeflated: true));

    [Fact]
    public void A_vector_of_many_values_that_stores_few_of_them_is_read() =>
        RequireHonest(Crafted([.. Integers(1, 500_000_000, 1, 1, 77), .. new byte[4]], "Single", 500_000_000, isDeflated: false));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_vector_of_vectors_is_refused_however_deep_it_is(bool isOfColumn) => AssertRefused(
        "A vector type in a schema has vectors as items, which no vector has; the file is damaged.",
        Crafted(new byte[40], Nested("VBuffer"), isDeflated: false, isOfColumn: isOfColumn));

    [Theory]
    [InlineData(true, "Key2")]
    [InlineData(false, "Key2")]
    [InlineData(true, "Key")]
    [InlineData(false, "Key")]
    [InlineData(true, "VBuffer", "Key2")]
    [InlineData(false, "VBuffer", "Key2")]
    [InlineData(false, "Key2", "VBuffer")]
    [InlineData(true, "Key", "Key2")]
    public void A_key_that_counts_in_keys_or_vectors_is_refused_however_deep_it_is(bool isOfColumn, params string[] types) => AssertRefused(
        "A key type in a schema counts in something else than numbers; the file is damaged.",
        Crafted(new byte[40], Nested(types), isDeflated: false, isOfColumn: isOfColumn));

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void An_annotation_that_is_compressed_by_an_unknown_method_is_refused(byte method)
    {
        byte[] bytes = Crafted([.. Integers(1, 3, -1, 0), .. new byte[12]], "Single", 3, isDeflated: false);
        RequireHonest(bytes);
        // Behind the place of the value and its length.
        bytes[bytes.AsSpan().IndexOf("Kind0"u8) + "Kind0".Length + 1 + "VBuffer".Length + 1 + "Single".Length + 2 + 2 * sizeof(int)] = method;
        AssertRefused($"An annotation in a schema is compressed by method {method}, which is none that is known; the file is damaged.", bytes);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(-2, 0)]
    public void An_annotation_that_has_not_one_index_for_each_value_that_is_stored_is_refused(int stored, int indices) =>
        AssertRefused(TooManyValues, Crafted([.. Integers(1, 5, stored, indices), .. new byte[100]], "Single", 5, isDeflated: false));

    [Fact]
    public void An_annotation_that_inflates_far_beyond_the_file_is_refused()
    {
        byte[] value = [.. Integers(1, 75_000_000, -1, 0), .. new byte[300_000_000]];
        byte[] bytes = Crafted(value, "Single", 75_000_000, isDeflated: true);
        Assert.InRange(bytes.Length, 0, 400_000);
        // In a file, zeros that were deflated are deflated once more.
        AssertRefused(TooMuchMemory, bytes, room: Limit, fileBytes: FileBytes);
    }

    [Theory]
    [InlineData("TextSpan", 20_000_000, 80_000_000)]
    [InlineData("Boolean", 20_000_000, 2_500_000)]
    [InlineData("DateTimeZone", 17_000_000, 17_000_000)]
    [InlineData("Single", 17_000_000, 17_000_000)]
    public void Values_count_with_what_they_take_in_memory_not_in_the_file(string item, int count, int bytes) => AssertRefused(
        TooMuchMemory, Crafted([.. Integers(1, count, -1, 0), .. new byte[bytes]], item, count, isDeflated: true), room: Limit, fileBytes: FileBytes);

    [Fact]
    public void Annotations_that_name_the_same_bytes_again_and_again_are_refused()
    {
        byte[] value = [.. Integers(1, 500_000, -1, 0), .. new byte[2_000_000]];
        AssertRefused(
            TooMuchMemory, Crafted(value, "Single", 500_000, isDeflated: true, times: 100), room: Limit, fileBytes: FileBytes);
    }

    [Fact]
    public void Names_of_a_million_slots_and_of_a_hundred_thousand_classes_are_read()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 1_000_000), Names("SlotNames", 1_000_000, _ => ""));
        builder.AddColumn("Label", new KeyDataViewType(typeof(uint), 100_000), Names("KeyValues", 100_000, i => $"class {i}"));
        RequireHonest(Bytes(builder.ToSchema()));

        static DataViewSchema.Annotations Names(string kind, int count, Func<int, string> name)
        {
            ReadOnlyMemory<char>[] names = [.. Enumerable.Range(0, count).Select(i => name(i).AsMemory())];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(kind, new VectorDataViewType(TextDataViewType.Instance, count),
                (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(count, names));
            return annotations.ToAnnotations();
        }
    }

    [Fact]
    public void A_stream_that_is_read_in_circles_comes_to_an_end()
    {
        using var stream = new BudgetedStream(new byte[100]);
        var buffer = new byte[100];
        Assert.Equal(
            "A schema of 100 bytes is read without end; the file is damaged.",
            Assert.Throws<InvalidDataException>(ReadInCircles).Message);

        void ReadInCircles()
        {
            for (; ; stream.Position = 0)
                stream.ReadExactly(buffer);
        }
    }

    private static void RequireHonest(byte[] bytes, int? fileBytes = null) =>
        SchemaBytes.RequireHonest(bytes, new MemoryBudget(fileBytes ?? bytes.Length));

    private static void AssertRefused(string message, byte[] bytes, long room = Room, int? fileBytes = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidDataException>(() => RequireHonest(bytes, fileBytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, room);
        Assert.Equal(message, exception.Message);
    }

    private static byte[] Integers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    // A type within a type, again and again, the outermost first.
    private static byte[] Nested(params string[] types)
    {
        const int levels = 100_000;
        byte[] inside = [6, .. "Single"u8, 0];
        List<byte[]> heads = [], tails = [];
        int length = inside.Length;
        for (int level = levels; level-- > 0;)
        {
            string type = types[level % types.Length];
            byte[] tail = type == "VBuffer" ? Integers(1, 3) : new byte[type == "Key" ? 13 : 8];
            using var head = new MemoryStream();
            using var writer = new BinaryWriter(head, Encoding.UTF8);
            writer.Write(type);
            writer.Write7BitEncodedInt(length + tail.Length);
            heads.Add(head.ToArray());
            tails.Add(tail);
            length += (int)head.Length + tail.Length;
        }

        return [.. Enumerable.Reverse(heads).Append(inside).Concat(tails).SelectMany(part => part)];
    }

    // A schema of one column of floats with annotations whose value, of a vector type, stands once.
    private static byte[] Crafted(byte[] value, string item, int length, bool isDeflated, int times = 1)
    {
        using var type = new MemoryStream();
        using var writer = new BinaryWriter(type, Encoding.UTF8);
        writer.Write("VBuffer");
        writer.Write7BitEncodedInt(item.Length + 2 + 2 * sizeof(int));
        writer.Write(item);
        writer.Write7BitEncodedInt(0);
        writer.Write(Integers(1, length));
        return Crafted(value, type.ToArray(), isDeflated, times);
    }

    private static byte[] Crafted(byte[] value, byte[] type, bool isDeflated, int times = 1, bool isOfColumn = false)
    {
        byte[] whole = Bytes(VectorRow.Dense(new MLContext(), [[1, 2, 3]]).Schema);
        byte[] block = isDeflated ? Deflated(value) : value;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(whole, 0, 256);
        writer.Write(block);
        long annotations = stream.Position;
        writer.Write7BitEncodedInt(times);
        for (int i = 0; i < times; i++)
        {
            writer.Write($"Kind{i}");
            writer.Write(type);
            writer.Write(isDeflated);
            writer.Write(256L);
            writer.Write7BitEncodedInt64(block.Length);
        }

        long columns = stream.Position;
        writer.Write("Features");
        writer.Write(isOfColumn ? type : [6, .. "Single"u8, 0]);
        writer.Write((byte)0);
        writer.Write7BitEncodedInt(1);
        writer.Write(256L);
        writer.Write(annotations);
        long tail = stream.Position;
        writer.Write(whole.AsSpan(^8..));
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), columns);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), tail);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), 1);
        return bytes;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(bytes);
        return stream.ToArray();
    }

    // As they stand in a file, without their length.
    private static byte[] Bytes(DataViewSchema schema)
    {
        IHost host = ((IHostEnvironment)new MLContext()).Register("test");
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            SchemaContent.Write(writer, host, schema);
        return stream.ToArray()[sizeof(int)..];
    }
}
