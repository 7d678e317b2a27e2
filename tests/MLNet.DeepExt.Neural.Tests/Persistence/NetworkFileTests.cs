using System.Buffers.Binary;
using System.Text;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

public sealed class NetworkFileTests
{
    private const string TooLarge = "The description of the network is not valid: ";
    private const string Relu = """{"kind":"Relu"}""";
    private const string TooMuchMemory =
        "What is in the file of 10000 bytes would take more than the 269715456 bytes of memory that a file of this size may take; "
        + "the file is damaged, or was made to take memory.";
    private const int FileBytes = 10_000;
    private const int VersionAt = 8;
    private const int JsonLengthAt = 12;
    private const int JsonAt = 16;

    private static readonly Dictionary<string, NetworkSpec> Large = new()
    {
        ["100 MB of weights"] = NetworkSpec.Input(5000).Dense(5000).Relu().Dense(10),
        ["600 layers"] = new NetworkSpec(64, Enumerable.Range(0, 300).SelectMany(_ => new LayerSpec[] { new Dense(64), new Relu() })),
        ["wide layers between narrow ones"] = new NetworkSpec(2, Enumerable.Range(0, 40).SelectMany(
            _ => new LayerSpec[] { new Dense(4000), new BatchNorm(), new Relu(), new Dropout(0.5f), new Dense(2) })),
        ["a table of 200,000 categories"] = NetworkSpec.Input(200_010).EmbedCategories(new CategoryRange(10, 200_000, 20)).Dense(2),
        ["hashed categories"] = NetworkSpec.Input(1 << 20).EmbedCategories(CategoryRange.Of(0, 1 << 20, [3, 700_000])).Dense(2),
    };

    public static TheoryData<string> LargeNetworks => [.. Large.Keys];

    private static NetworkSpec Spec => NetworkSpec.Input(5).BatchNorm().Dense(17).BatchNorm().Relu().Dropout(0.5f).Dense(3);

    [Fact]
    public void A_network_comes_back_with_the_same_bits()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        (Network<float> read, Loss loss) = NetworkFile.Load(new TrickleStream(Saved(network), 7));
        Assert.Equal(Spec, read.Spec);
        Assert.Equal(new SoftmaxCrossEntropy(), loss);
        AssertSameBits(network, read);
        // The padding is not in the file.
        Assert.Equal(network.Parameters.Values, read.Parameters.Values);
        Assert.Equal(network.Parameters.BufferValues, read.Parameters.BufferValues);
    }

    [Fact]
    public void Every_kind_of_layer_comes_back_with_the_same_bits()
    {
        Network<float> network = TrainedNetworks.Of(new NetworkSpec(7, Specimens.Layers), 2);
        AssertSameBits(network, NetworkFile.Load(new MemoryStream(Saved(network))).Network);
    }

    [Theory]
    [InlineData(0x80000000u)] // -0
    [InlineData(0x00000001u)] // the smallest subnormal
    [InlineData(0x7F7FFFFFu)] // the largest number
    public void A_strange_number_keeps_its_bits(uint bits)
    {
        Network<float> network = TrainedNetworks.Of(Spec, 3);
        foreach (Slot slot in network.Parameters.Slots.Concat(network.Parameters.Buffers))
        {
            float[] values = network.Parameters.Read(slot);
            values[^1] = BitConverter.UInt32BitsToSingle(bits);
            network.Parameters.Write(slot, values);
        }

        AssertSameBits(network, NetworkFile.Load(new MemoryStream(Saved(network))).Network);
    }

    [Theory]
    [InlineData(0x7FC12345u, "NaN")] // a quiet one with a payload
    [InlineData(0x7F812345u, "NaN")] // a signalling one
    [InlineData(0x7F800000u, "Infinity")]
    [InlineData(0xFF800000u, "-Infinity")]
    public void A_number_that_is_not_finite_is_neither_read_nor_written_wherever_it_stands(uint bits, string text)
    {
        float number = BitConverter.UInt32BitsToSingle(bits);
        byte[] payload = ChecksummedBlock.Read(new MemoryStream(Saved(TrainedNetworks.Of(Spec, 3))));
        int at = JsonAt + BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(JsonLengthAt));
        Network<float> network = TrainedNetworks.Of(Spec, 3);
        foreach (Slot slot in network.Parameters.Slots.Concat(network.Parameters.Buffers))
        {
            at += sizeof(float) * slot.Shape.Count;
            byte[] changed = [.. payload];
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at - sizeof(float)), bits);
            float[] values = network.Parameters.Read(slot), kept = [.. values];
            values[^1] = number;
            network.Parameters.Write(slot, values);

            string fault = $"{slot.Name} has {text} at {values.Length - 1} but must be finite{(slot.Least == 0 ? " and at least 0" : "")}; ";
            Assert.Equal(
                $"The network file is not valid: {fault}its training diverged, or the file was changed; get another file.",
                Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped(changed))).Message);
            Assert.Equal(
                $"The network cannot be saved: {fault}train it again with a lower learning rate. (Parameter 'network')",
                Assert.Throws<ArgumentException>("network", () => Saved(network)).Message);
            network.Parameters.Write(slot, kept);
        }

        Assert.Equal(payload.Length, at);
    }

    [Fact]
    public void A_variance_below_0_is_neither_read_nor_written()
    {
        var network = new Network<float>(NetworkSpec.Input(3).BatchNorm());
        network.Parameters.Write(network.Parameters.Buffers[1], [1, -0.5f, 1]);
        const string Fault = "0.batchnorm.variance has -0.5 at 1 but must be finite and at least 0; ";
        Assert.Equal(
            $"The network cannot be saved: {Fault}train it again with a lower learning rate. (Parameter 'network')",
            Assert.Throws<ArgumentException>("network", () => Saved(network)).Message);

        network.Parameters.Write(network.Parameters.Buffers[1], [1, 0.5f, 1]);
        byte[] payload = ChecksummedBlock.Read(new MemoryStream(Saved(network)));
        payload[^5] |= 0x80; // the sign
        Assert.Equal(
            $"The network file is not valid: {Fault}its training diverged, or the file was changed; get another file.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped(payload))).Message);
    }

    [Fact]
    public void Layers_whose_outputs_would_take_far_more_memory_than_the_file_has_numbers_are_refused_before_it_is_taken()
    {
        const int count = 6 * 4096;
        byte[] file = FileOf(6, ["""{"kind":"Dense","units":4096,"useBias":false}""", .. Enumerable.Repeat(Relu, 9000)], count);
        long allocated = Allocation.Of(() => Assert.Equal(
            "The network file describes 9001 layers of 36868096 outputs in all but holds 24576 numbers, with which at most 1441792 are read; "
            + "the file is damaged, or was made to take memory.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(file))).Message));
        Assert.InRange(allocated, 0, 8 << 20);
    }

    [Fact]
    public void Outputs_of_a_million_and_16_for_each_number_are_read_and_no_more()
    {
        // 65,536 inputs and no number: 16 layers have 2²⁰ outputs.
        string[] layers = [.. Enumerable.Repeat(Relu, 16)];
        Assert.Equal(16, NetworkFile.Load(new MemoryStream(FileOf(65_536, layers, 0))).Network.Spec.Layers.Count);
        Assert.Equal(
            "The network file describes 17 layers of 1114112 outputs in all but holds 0 numbers, with which at most 1048576 are read; "
            + "the file is damaged, or was made to take memory.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(FileOf(65_536, [.. layers, Relu], 0)))).Message);
    }

    [Theory, MemberData(nameof(LargeNetworks))]
    public void A_large_network_that_was_saved_is_read_in_the_memory_of_a_few_of_its_files(string name)
    {
        var network = new Network<float>(Large[name], seed: 1);
        byte[] file = Saved(network);
        Network<float>? read = null;
        long allocated = Allocation.Of(() => read = NetworkFile.Load(new MemoryStream(file)).Network);
        AssertSameBits(network, read!);
        Assert.True(allocated < (4 << 20) + 3L * file.Length, $"{name}: {file.Length} bytes were read in {allocated}");
    }

    [Fact]
    public void Saving_what_was_loaded_gives_the_same_file_in_every_culture()
    {
        byte[] file = Saved(TrainedNetworks.Of(Spec, 4));
        Culture.Run("tr-TR", () => Assert.Equal(file, Saved(NetworkFile.Load(new MemoryStream(file)).Network)));
    }

    [Fact]
    public void The_numbers_stand_row_major_after_the_description()
    {
        var network = new Network<float>(NetworkSpec.Input(2).Dense(2));
        network.Parameters.Write(network.Parameters.Slots[0], [1, 2, 3, 4]);
        network.Parameters.Write(network.Parameters.Slots[1], [5, 6]);
        byte[] payload = ChecksummedBlock.Read(new MemoryStream(Saved(network)));

        Assert.Equal("DXNETWRK"u8, payload.AsSpan(0, 8));
        Assert.Equal(1, BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(VersionAt)));
        int jsonLength = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(JsonLengthAt));
        Assert.StartsWith("{\"inputs\":2,", Encoding.UTF8.GetString(payload.AsSpan(JsonAt, jsonLength)), StringComparison.Ordinal);
        byte[] numbers = payload[(JsonAt + jsonLength)..];
        Assert.Equal([1f, 2, 3, 4, 5, 6], Enumerable.Range(0, numbers.Length / 4).Select(i => BitConverter.ToSingle(numbers, 4 * i)));
    }

    [Fact]
    public void Networks_can_stand_one_after_the_other_in_a_stream()
    {
        Network<float> first = TrainedNetworks.Of(Spec, 5), second = TrainedNetworks.Of(NetworkSpec.Input(3).Dense(2), 6);
        var stream = new TrickleStream([.. Saved(first), .. Saved(second), 77], 1000);
        AssertSameBits(first, NetworkFile.Load(stream).Network);
        AssertSameBits(second, NetworkFile.Load(stream).Network);
        Assert.Equal(77, stream.ReadByte());
    }

    [Fact]
    public void Flipped_bits_and_truncations_are_noticed()
    {
        byte[] file = Saved(TrainedNetworks.Of(NetworkSpec.Input(3).Dense(2), 7));
        for (int at = 0; at < file.Length; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= (byte)(1 << at % 8);
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(damaged)));
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(file[..at])));
        }
    }

    [Theory]
    [InlineData(3, "The network file has version 3 but this library reads up to 2; use a newer one.")]
    [InlineData(0, "The network file has version 0 but this library reads up to 2; use a newer one.")]
    [InlineData(-1, "The network file has version -1 but this library reads up to 2; use a newer one.")]
    public void Another_version_is_refused(int version, string message) =>
        Refused(message, payload => BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(VersionAt), version));

    [Fact]
    public void A_file_names_the_lowest_version_that_can_read_it()
    {
        NetworkSpec flat = NetworkSpec.Input(3).Dense(3).Tanh();
        Assert.Equal(1, VersionOf(flat));
        Assert.Equal(2, VersionOf(flat.Residual(inner => inner.Dense(3))));
        Assert.Equal(2, VersionOf(flat.Then(new Dense(3) { Name = "last" })));
        Assert.Equal(2, VersionOf(flat.Members(2, inner => inner.MemberDense(2))));

        static int VersionOf(NetworkSpec spec) => BinaryPrimitives.ReadInt32LittleEndian(
            ChecksummedBlock.Read(new MemoryStream(Saved(new Network<float>(spec)))).AsSpan(VersionAt));
    }

    [Fact]
    public void More_members_and_layers_than_are_read_are_not_saved()
    {
        LayerSpec[] layers = [.. Enumerable.Repeat<LayerSpec>(new Relu(), 40)];
        var network = new Network<float>(NetworkSpec.Input(1).Then(new Members(256, layers)));
        Assert.Equal(
            "The network has 10241 layers but a file holds 10000; make it smaller.",
            Assert.Throws<NotSupportedException>(() => Saved(network)).Message);
        string description = $$"""{"kind":"Members","count":256,"layers":[{{string.Join(',', Enumerable.Repeat(Relu, 40))}}]}""";
        Assert.Equal(
            "The network has 10241 layers but at most 10000 are read.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(FileOf(1, [description], 0)))).Message);
    }

    [Theory]
    [InlineData("""{"kind":"Members","count":255,"layers":[{"kind":"Members","count":256,"layers":[{"kind":"Members","count":256,"layers":[{"kind":"Relu"}]}]}]}""")]
    [InlineData("""{"kind":"PiecewiseLinearEmbedding","edges":[null]}""")]
    [InlineData("""{"kind":"Residual","layers":[null]}""")]
    [InlineData("""{"kind":"Residual","layers":[{"kind":"Sequential","layers":[]}]}""")]
    [InlineData("""{"kind":"MemberDense","units":2}""")]
    public void Impossible_layers_in_layers_are_refused_in_words(string layer) => Assert.StartsWith(
        "The ", Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(FileOf(1, [layer, layer], 0)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_long_name_takes_no_memory_for_each_layer_that_it_is_a_part_of()
    {
        string layer = $$"""{"kind":"Sequential","name":"{{new string('a', 1_000_000)}}","layers":[{{string.Join(',', Enumerable.Repeat(Relu, 9000))}}]}""";
        byte[] file = FileOf(1, [layer], 0);
        long allocated = Allocation.Of(() => Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(file))));
        Assert.InRange(allocated, 0, 24 << 20);
    }

    [Fact]
    public void Slots_that_are_not_seen_may_be_embedded_in_another_layer()
    {
        NetworkSpec spec = NetworkSpec.Input(1 << 20).Sequential("embed", inner => inner.EmbedCategories(CategoryRange.Of(0, 1 << 20, [3, 700_000]))).Dense(2);
        var network = new Network<float>(spec, seed: 1);
        AssertSameBits(network, NetworkFile.Load(new MemoryStream(Saved(network))).Network);
    }

    [Fact]
    public void Something_else_under_a_checksum_is_refused()
    {
        const string Message = "The block holds no network; it was written by something else.";
        Refused(Message, payload => payload[0]++);
        Assert.Equal(Message, Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped([]))).Message);
        Assert.Equal(Message, Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped("DXNETWRK1234567"u8))).Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_description_longer_than_the_file_is_refused(int length) => Refused(
        $"The network file claims a description of {length} bytes, more than it holds.",
        payload => BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(JsonLengthAt), length));

    [Theory]
    [InlineData(-4)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(4)]
    public void Numbers_too_many_or_too_few_are_refused(int more)
    {
        byte[] payload = ChecksummedBlock.Read(new MemoryStream(Saved(new Network<float>(NetworkSpec.Input(3).Dense(2)))));
        byte[] changed = more < 0 ? payload[..^-more] : [.. payload, .. new byte[more]];
        Assert.Equal(
            $"The network file should hold 32 bytes of numbers but holds {32 + more}.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped(changed))).Message);
    }

    [Theory]
    [InlineData("""{"kind":"Dense","units":20000}""", 20_000, "The network file should hold 1600080000 bytes of numbers but holds 0.")]
    [InlineData("""{"kind":"BatchNorm"}""", 400_000_000, "The network file should hold 6400000000 bytes of numbers but holds 0.")]
    [InlineData("""{"kind":"Dense","units":2147483647}""", 1,
        TooLarge + "With layer 0.dense, Dense(2147483647) over 1 inputs, the network has more parameters than one array can hold; "
            + "use fewer inputs or units.")]
    [InlineData("""{"kind":"Dense","units":100000}""", 100_000,
        TooLarge + "With layer 0.dense, Dense(100000) over 100000 inputs, the network has more parameters than one array can hold; "
            + "use fewer inputs or units.")]
    [InlineData("""{"kind":"BatchNorm"}""", int.MaxValue,
        TooLarge + "With layer 0.batchnorm, BatchNorm over 2147483647 inputs, the network has more parameters than one array can hold; "
            + "use fewer inputs or units.")]
    public void A_description_of_a_huge_network_is_refused_before_memory_is_taken(string layer, int inputs, string message)
    {
        byte[] json = Encoding.UTF8.GetBytes($$$"""{"inputs":{{{inputs}}},"layers":[{{{layer}}}],"loss":{"kind":"SoftmaxCrossEntropy"}}""");
        var header = new byte[JsonAt];
        "DXNETWRK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(VersionAt), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(JsonLengthAt), json.Length);
        MemoryStream file = Wrapped([.. header, .. json]);
        InvalidDataException? exception = null;
        long allocated = Allocation.Of(() => exception = Assert.Throws<InvalidDataException>(() => NetworkFile.Load(file)));
        Assert.Equal(message, exception!.Message);
        // Of a check of the description, and not of a number that overflows.
        Assert.Null(exception.InnerException?.InnerException);
        Assert.InRange(allocated, 0, 2 << 20);
    }

    [Theory]
    [InlineData("1e-7")]
    [InlineData("1e-45")]
    public void A_dropout_that_an_earlier_version_took_is_read_with_the_least_probability(string probability)
    {
        string layer = $$"""{"kind":"Dropout","keepProbability":{{probability}}}""";
        Assert.Equal([new Dropout(0.000001f)], NetworkFile.Load(new MemoryStream(FileOf(3, [layer], 0))).Network.Spec.Layers);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public void A_dropout_that_no_version_took_is_refused(string probability)
    {
        string layer = $$"""{"kind":"Dropout","keepProbability":{{probability}}}""";
        Assert.Equal(
            $"The description of the network is not valid: KeepProbability must be from 0.000001 to 1 but is {probability}; "
            + "use 1 to keep every unit.",
            Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(FileOf(3, [layer], 0)))).Message);
    }

    [Theory]
    [InlineData("a single unit", 10_000_000, """{"kind":"Dense","units":1,"useBias":false}""", 10_000_000)]
    [InlineData(
        "a table of single numbers", 9_999_999,
        """{"kind":"CategoryEmbedding","ranges":[{"first":0,"count":9999999,"dimension":1}]}""",
        10_000_000)]
    public void Numbers_that_are_stored_in_strips_of_16_count_as_16_and_twice(string what, int inputs, string layer, int numbers)
    {
        byte[] file = FileOf(inputs, [layer], numbers);
        long allocated = Allocation.Of(() => Assert.Equal(
            TooMuchMemory, Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(file), new MemoryBudget(FileBytes))).Message));
        Assert.True(allocated < file.Length + (2 << 20), $"{what}: {allocated}");
    }

    [Fact]
    public void Weights_of_zeros_of_one_unit_over_a_million_inputs_are_read_from_a_file_of_a_few_kilobytes()
    {
        byte[] file = FileOf(1_000_000, ["""{"kind":"Dense","units":1,"useBias":false}"""], 1_000_000);
        Assert.Equal(1, NetworkFile.Load(new MemoryStream(file), new MemoryBudget(FileBytes)).Network.Spec.Outputs);
    }

    [Fact]
    public void Slots_that_are_not_seen_take_rows_alone_and_every_network_of_a_file_counts()
    {
        const int slots = 1 << 24;
        byte[] file = FileOf(slots, [$$"""{"kind":"CategoryEmbedding","ranges":[{"first":0,"count":{{slots}},"dimension":1,"seen":[]}]}"""], 1);
        var budget = new MemoryBudget(FileBytes);
        Predictor? predictor = null;
        var rows = new SparseBlock<float>(1, slots);
        rows.Append([5, 70_000], [1, 1]);
        var output = new float[1];
        Assert.InRange(Allocation.Of(() =>
        {
            (Network<float> network, Loss loss) = NetworkFile.Load(new MemoryStream(file), budget);
            predictor = new Predictor(network, loss);
            predictor.Predict(rows, output, predictor.CreateBuffer(1));
        }), 0, 4 << 20);
        NetworkFile.Load(new MemoryStream(file), budget);
        Assert.Equal(TooMuchMemory, Assert.Throws<InvalidDataException>(() => NetworkFile.Load(new MemoryStream(file), budget)).Message);
    }

    // Zeros as numbers.
    private static byte[] FileOf(int inputs, string[] layers, int numbers)
    {
        string listed = string.Join(',', layers);
        byte[] json = Encoding.UTF8.GetBytes($$$"""{"inputs":{{{inputs}}},"layers":[{{{listed}}}],"loss":{"kind":"BinaryCrossEntropy"}}""");
        var header = new byte[JsonAt];
        "DXNETWRK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(VersionAt), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(JsonLengthAt), json.Length);
        return Wrapped([.. header, .. json, .. new byte[sizeof(float) * numbers]]).ToArray();
    }

    private static void Refused(string message, Action<byte[]> damage)
    {
        byte[] payload = ChecksummedBlock.Read(new MemoryStream(Saved(new Network<float>(NetworkSpec.Input(3).Dense(2)))));
        damage(payload);
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => NetworkFile.Load(Wrapped(payload))).Message);
    }

    private static byte[] Saved(Network<float> network)
    {
        var stream = new MemoryStream();
        NetworkFile.Save(stream, network, new SoftmaxCrossEntropy());
        return stream.ToArray();
    }

    private static MemoryStream Wrapped(ReadOnlySpan<byte> payload)
    {
        var stream = new MemoryStream();
        ChecksummedBlock.Write(stream, payload);
        stream.Position = 0;
        return stream;
    }

    private static void AssertSameBits(Network<float> expected, Network<float> actual)
    {
        foreach (Slot slot in expected.Parameters.Slots.Concat(expected.Parameters.Buffers))
            Assert.True(Accuracy.SameBits<float>(expected.Parameters.Read(slot), actual.Parameters.Read(slot)), slot.Name);
    }
}
