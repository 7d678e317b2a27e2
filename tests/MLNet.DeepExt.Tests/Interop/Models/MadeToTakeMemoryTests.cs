using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>Whole model files that somebody made, with right checksums: refused with words before they take memory.</summary>
public sealed class MadeToTakeMemoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    // 400 MB of zeros.
    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "Regression.zip")));
        return file.With(file.ContentEntries[^1], new byte[400_000_000]);
    });

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.zip", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order()];

    [Theory, MemberData(nameof(Files))]
    public void Bytes_after_the_end_are_refused_in_every_entry_of_ours_behind_the_checksum_and_before_it(string path)
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, path)));
        Assert.NotEmpty(file.ContentEntries);
        foreach (string entry in file.ContentEntries)
        {
            byte[] content = file.Read(entry);
            Assert.EndsWith(
                " in the model file is followed by 3 bytes that do not belong to it; the file is damaged or changed.",
                Refusal(file.With(entry, Sealed([.. content[40..], 1, 2, 3]))), StringComparison.Ordinal);
            Assert.Equal(
                $"An entry of the model file goes on after its block of {content.Length - 40} bytes; the file is damaged.",
                Refusal(file.With(entry, [.. content, 1])));
        }
    }

    [Fact]
    public void A_file_that_inflates_to_far_more_bytes_than_it_has_is_refused_before_an_entry_is_read() => AssertInflates(Bomb.Value);

    [Theory]
    [InlineData(0u, 0xFFFFFFFEu, null)] // an entry of 4 GB before inflation, and of nothing after it
    [InlineData(0u, 400_000u, null)] // one that lies over another
    [InlineData(uint.MaxValue, 0u, 1L << 62)] // lengths whose sum is negative
    [InlineData(uint.MaxValue, 0u, long.MaxValue)]
    public void What_the_directory_claims_of_entries_that_nobody_reads_raises_no_limit(uint inflated, uint deflated, long? inflated64) =>
        AssertInflates(WithRecords(Bomb.Value, 3, inflated, deflated, inflated64));

    [Fact]
    public void A_directory_that_claims_more_bytes_for_an_entry_than_the_file_has_is_refused()
    {
        byte[] file = WithRecords(File.ReadAllBytes(Path.Combine(Folder, "v1", "Regression.zip")), 1, 7, 0xFFFFFFFE, null);
        Assert.Equal(
            $"The directory of the model file of {file.Length} bytes claims 4294967294 bytes for the entry 'x0', and 7 after inflation; "
            + "the file is damaged or changed.",
            Refusal(file));
    }

    [Fact]
    public void Entries_that_are_small_each_and_large_together_are_refused()
    {
        // Of three networks, each takes 64 MB in strips of 16, twice, and fits alone.
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "OneVersusAll.zip")));
        var network = new Network<float>(NetworkSpec.Input(1_000_000).Dense(1), seed: 1);
        network.Parameters.Write(network.Parameters.Slots[0], new float[network.Spec.Inputs]);
        byte[] made = WithMembers(file, network);
        Assert.InRange(made.Length, 0, 100_000);
        AssertTakesTooMuch(made, 256 << 20);
    }

    [Fact]
    public void Slots_that_no_file_has_to_list_count_for_every_network()
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "OneVersusAll.zip")));
        const int slots = 1 << 24;
        NetworkSpec spec = NetworkSpec.Input(slots).EmbedCategories(CategoryRange.Of(0, slots, [3])).Dense(1);
        byte[] made = WithMembers(file, new Network<float>(spec, seed: 1));
        Assert.InRange(made.Length, 0, 100_000);
        AssertTakesTooMuch(made, 8 << 20);
    }

    [Fact]
    public void A_network_of_a_few_kilobytes_whose_weights_are_all_zeros_takes_no_gigabyte()
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "OneVersusAll.zip")));
        var network = new Network<float>(NetworkSpec.Input(8_000_000).Dense(1), seed: 1);
        network.Parameters.Write(network.Parameters.Slots[0], new float[network.Spec.Inputs]);
        byte[] made = WithMembers(file, network);
        Assert.InRange(made.Length, 0, 150_000);
        // The bytes of one entry, as they arrive.
        AssertTakesTooMuch(made, 6 * 32_000_000L);
    }

    [Fact]
    public void A_model_of_a_hundred_networks_against_all_others_is_read()
    {
        const int classes = 100;
        var context = new MLContext(1);
        SparseVectors[] vectors = SparseVectors.Generate(400, 40, 5, classes);
        for (int row = 0; row < vectors.Length; row++)
            vectors[row].Label = (uint)(row % classes);
        IDataView rows = SparseVectors.Load(context, vectors, classes);
        NeuralNetworkBinaryTrainer binary = context.BinaryClassification.Trainers.NeuralNetwork(
            new NeuralNetworkBinaryTrainer.Options { HiddenUnits = [64, 64], MaximumEpochs = 1, NumberOfThreads = 1, Seed = 1 });
        ITransformer model = context.MulticlassClassification.Trainers.OneVersusAll(binary).Fit(rows);
        AssertComesBack(context, model, rows);
    }

    [Fact]
    public void A_model_of_one_unit_over_a_million_sparse_features_is_read()
    {
        var context = new MLContext(1);
        const int width = 1_000_000;
        NumberRow[] numbers = [.. SparseVectors.Generate(100, width, 5).Select(row => new NumberRow { Label = row.Label, Features = row.Features })];
        var definition = SchemaDefinition.Create(typeof(NumberRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        IDataView rows = context.Data.LoadFromEnumerable(numbers, definition);
        ITransformer model = context.Regression.Trainers.NeuralNetwork(
            new NeuralNetworkRegressionTrainer.Options { HiddenUnits = [], MaximumEpochs = 1, NumberOfThreads = 1, Seed = 1 }).Fit(rows);
        AssertComesBack(context, model, rows);
    }

    [Fact]
    public void The_bytes_of_a_file_are_known_in_this_version_of_ML_NET_and_where_they_are_not_the_log_says_so()
    {
        Assert.True(ArchiveBudget.IsKnown);
        var context = new MLContext();
        var log = new LogRecorder(context, "Loader");
        Assert.Null(ArchiveBudget.Of(((IHostEnvironment)context).Register("Loader"), new object(), null, null));
        Assert.Equal(
            "How many bytes a model file has is not known in this version of Microsoft.ML, so each part is held to a limit of memory by what it has "
            + "after inflation; load files from others with the version of Microsoft.ML that MLNet.DeepExt was built for.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
    }

    [Fact]
    public void A_model_of_40_megabytes_whose_weights_are_nine_tenths_zeros_is_read()
    {
        var context = new MLContext();
        var network = new Network<float>(NetworkSpec.Input(1000).Dense(10_000).Relu().Dense(1), seed: 1);
        float[] weights = network.Parameters.Read(network.Parameters.Slots[0]);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = i % 10 == 0 ? weights[i] : 0;
        network.Parameters.Write(network.Parameters.Slots[0], weights);
        ITransformer model = context.Regression.FromNetwork(network);
        IDataView rows = VectorRow.Dense(context, [new float[1000]]);
        using var stream = new MemoryStream();
        context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        Assert.Equal(0, loaded.Transform(rows).GetColumn<float>("Score").Single());
    }

    [Fact]
    public void A_model_of_many_outputs_scores_its_rows_in_few_megabytes()
    {
        var context = new MLContext();
        const int outputs = 200_000;
        var network = new Network<float>(NetworkSpec.Input(1).Dense(outputs), seed: 1);
        Assert.Equal(5, ScoringBlock.RowsOf(new Predictor(network, new SquaredError())));
        ITransformer model = context.MultiTargetRegression.FromNetwork(network);
        IDataView rows = VectorRow.Dense(context, Enumerable.Repeat(new float[] { 1 }, 300));
        using DataViewRowCursor cursor = model.Transform(rows).GetRowCursor(model.GetOutputSchema(rows.Schema)["Score"] is var score ? [score] : []);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> value = default;
        long before = GC.GetAllocatedBytesForCurrentThread();
        int read = 0;
        for (; cursor.MoveNext(); read++)
            getter(ref value);
        Assert.Equal(300, read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    private static void AssertInflates(byte[] file)
    {
        Assert.InRange(file.Length, 0, 500_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string refusal = Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal(
            $"The entries of the model file of {file.Length} bytes have more than {LimitOf(file)} bytes after inflation, the most that is read from "
            + "a file of this size; the file is damaged, or was made to take memory.",
            refusal);
    }

    private static void AssertTakesTooMuch(byte[] file, long room)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string refusal = Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, room);
        Assert.Equal(
            $"What is in the file of {file.Length} bytes would take more than the {LimitOf(file)} bytes of memory that a file of this size may take; "
            + "the file is damaged, or was made to take memory.",
            refusal);
    }

    private static long LimitOf(byte[] file) => 268_435_456 + 128L * file.Length;

    private static void AssertComesBack(MLContext context, ITransformer model, IDataView rows)
    {
        using var stream = new MemoryStream();
        context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        Assert.Equal(Scores(model.Transform(rows)), Scores(loaded.Transform(rows)));

        static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)]
            : [.. scored.GetColumn<float>("Score")];
    }

    // The file with the same network in each entry of a binary predictor.
    private static byte[] WithMembers(ZipBytes file, Network<float> network)
    {
        const string loader = "DeepExtBinaryPredictor";
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(loader);
        writer.Flush();
        NetworkFile.Save(payload, network, new BinaryCrossEntropy());
        byte[] made = Sealed(payload.ToArray());
        string[] members = [.. file.ContentEntries.Where(entry => file.Read(entry).AsSpan(41).StartsWith("DeepExtBinaryPredictor"u8))];
        Assert.Equal(3, members.Length);
        foreach (string entry in members)
            file = new ZipBytes(file.With(entry, made));
        return file.Bytes;
    }

    // The file with more records at the end of its directory (APPNOTE.TXT 4.3.12), all of them over the bytes of the first entry.
    private static byte[] WithRecords(byte[] file, int count, uint inflated, uint deflated, long? inflated64)
    {
        const int endLength = 22;
        ReadOnlySpan<byte> end = file.AsSpan(^endLength..);
        Assert.Equal(0x06054b50u, BinaryPrimitives.ReadUInt32LittleEndian(end));
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), start = BinaryPrimitives.ReadInt32LittleEndian(end[16..]);
        using var stream = new MemoryStream();
        stream.Write(file.AsSpan(..^endLength));
        using var writer = new BinaryWriter(stream);
        for (int i = 0; i < count; i++)
        {
            writer.Write(0x02014b50u);
            writer.Write(new byte[16]); // versions, flags, stored, time, CRC
            writer.Write(deflated);
            writer.Write(inflated);
            writer.Write((short)2); // of the name
            writer.Write((short)(inflated64 is null ? 0 : 12));
            writer.Write(new byte[14]); // no comment, disk 0, attributes, the entry at 0
            writer.Write((byte)'x');
            writer.Write((byte)('0' + i));
            if (inflated64 is { } length)
            {
                writer.Write((short)1);
                writer.Write((short)8);
                writer.Write(length);
            }
        }

        int size = (int)stream.Length - start;
        byte[] changed = end.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(8), (ushort)(entries + count));
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(10), (ushort)(entries + count));
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(12), size);
        stream.Write(changed);
        return stream.ToArray();
    }

    [Fact]
    public void What_a_cause_says_is_in_the_message_of_the_innermost_exception()
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "Regression.zip")));
        byte[] payload = file.Read(file.ContentEntries[^1])[40..];
        int network = payload.AsSpan().IndexOf("DXNETWRK"u8);
        payload[network + 16] = (byte)'x'; // the first of the description
        byte[] sealedNetwork = Sealed(payload[network..]);
        Assert.Equal(
            "The description of the network is not valid: 'x' is an invalid start of a value. Path: $ | LineNumber: 0 | BytePositionInLine: 0.",
            Refusal(file.With(file.ContentEntries[^1], Sealed([.. payload[..(network - 40)], .. sealedNetwork]))));
    }

    private static byte[] Sealed(byte[] payload)
    {
        var block = new byte[40 + payload.Length];
        BinaryPrimitives.WriteInt64LittleEndian(block, payload.Length);
        SHA256.HashData(payload, block.AsSpan(8, 32));
        payload.CopyTo(block, 40);
        return block;
    }

    // What ML.NET makes of whatever a loader throws.
    private static string Refusal(byte[] file)
    {
        Exception exception = Assert.Throws<InvalidOperationException>(() => new MLContext().Model.Load(new MemoryStream(file), out _));
        while (exception.InnerException is { } inner)
            exception = inner;
        return Assert.IsType<InvalidDataException>(exception).Message;
    }

    private sealed class NumberRow
    {
        public float Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
