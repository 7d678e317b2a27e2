using System.Buffers.Binary;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

/// <summary>Named tensors out of files that may come from anywhere.</summary>
[Trait("Spec", "A14")]
public sealed class SafetensorsFileTests
{
    private const string Start = "{\"a\":{\"dtype\":";

    [Theory]
    [InlineData("f64", "F64")]
    [InlineData("f32", "F32")]
    [InlineData("f16", "F16")]
    [InlineData("bf16", "BF16")]
    public void Every_floating_point_type_is_read_as_PyTorch_converts_it(string name, string type)
    {
        SafetensorsTensor tensor = Read(SafetensorsBytes.Embedded("transfer_types.safetensors")).Tensors[name];
        Assert.Equal((name, type), (tensor.Name, tensor.DataType));
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal(ReferenceValues.Load("transfer").Singles($"types.{name}"), tensor.ToSingles());
    }

    [Fact]
    public void Single_numbers_and_empty_tensors_are_read_and_whole_numbers_are_told_apart()
    {
        SafetensorsFile file = Read(SafetensorsBytes.Embedded("transfer_types.safetensors"));
        Assert.Equal(["bf16", "counter", "empty", "f16", "f32", "f64", "scalar"], file.Tensors.Keys.Order());
        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Equal([2.5f], file.Tensors["scalar"].ToSingles());
        Assert.Equal([0, 4], file.Tensors["empty"].Shape);
        Assert.Empty(file.Tensors["empty"].ToSingles());
        Assert.Equal(
            "The tensor counter holds numbers of type I64; weights are read from F64, F32, F16 and BF16.",
            Assert.Throws<InvalidDataException>(file.Tensors["counter"].ToSingles).Message);
    }

    [Fact]
    public void Strange_floats_stay_what_they_are()
    {
        float[] strange = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue];
        Assert.True(Accuracy.SameBits<float>(strange, Read(SafetensorsBytes.Of(("x", [6], strange))).Tensors["x"].ToSingles()));
        byte[] halves = [0x00, 0x7C, 0x01, 0x00, 0x00, 0x80];
        byte[] file = SafetensorsBytes.Of("{\"x\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]}}", halves);
        Assert.Equal([float.PositiveInfinity, MathF.ScaleB(1, -24), -0f], Read(file).Tensors["x"].ToSingles());
    }

    [Fact]
    public void A_stream_that_gives_few_bytes_at_a_time_is_read_whole()
    {
        byte[] file = SafetensorsBytes.Embedded("transfer.safetensors");
        SafetensorsFile whole = Read(file), trickled = SafetensorsFile.Read(new TrickleStream(file, 3));
        Assert.Equal(whole.Tensors["0.weight"].ToSingles(), trickled.Tensors["0.weight"].ToSingles());
        Assert.Equal(whole.Tensors.Keys, trickled.Tensors.Keys);
    }

    [Fact]
    public void A_file_without_tensors_is_one() =>
        Assert.Empty(Read(SafetensorsBytes.Of("{\"__metadata__\":{\"format\":\"pt\"}}  ")).Tensors);

    [Fact]
    public void A_name_may_be_written_with_escapes() =>
        Assert.Equal([1f], Read(SafetensorsBytes.Of(("ä\"\\\n", [1], [1]))).Tensors["ä\"\\\n"].ToSingles());

    public static TheoryData<string, string> DamagedHeaders => new()
    {
        { "", "The safetensors header does not begin with '{'; the file is damaged or of another kind." },
        { " {}", "The safetensors header does not begin with '{'; the file is damaged or of another kind." },
        { "[]", "The safetensors header does not begin with '{'; the file is damaged or of another kind." },
        { "{\"a\":7}", "The tensor a should have a dtype, a shape and data_offsets, and nothing else; the file is damaged." },
        { "{\"a\":{}}", "The tensor a should have a dtype, a shape and data_offsets, and nothing else; the file is damaged." },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"strides\":[]}}",
            "The tensor a should have a dtype, a shape and data_offsets, and nothing else; the file is damaged."
        },
        {
            Start + "32,\"shape\":[],\"data_offsets\":[0,4]}}",
            "The tensor a should have a dtype, a shape and data_offsets, and nothing else; the file is damaged."
        },
        {
            Start + "\"F31\",\"shape\":[],\"data_offsets\":[0,4]}}",
            "The tensor a holds numbers of type F31, which is not known; save it as F32."
        },
        { Start + "\"F32\",\"shape\":3,\"data_offsets\":[0,4]}}", "The tensor a has no list as its shape; the file is damaged." },
        { Start + "\"F32\",\"shape\":[],\"data_offsets\":{}}}", "The tensor a has no list as its data_offsets; the file is damaged." },
        {
            Start + "\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
            "The tensor a has something in its shape that is no whole number of 64 bits; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}",
            "The tensor a has something in its data_offsets that is no whole number of 64 bits; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}",
            "The tensor a has something in its shape that is no whole number of 64 bits; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[2,-1],\"data_offsets\":[0,4]}}",
            "The tensor a has a dimension of -1, which must be from 0 to 2147483647; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[0,2147483648],\"data_offsets\":[0,0]}}",
            "The tensor a has a dimension of 2147483648, which must be from 0 to 2147483647; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[-4,0]}}",
            "The tensor a should have two data_offsets, from 0 on and the second not below the first; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[4,0]}}",
            "The tensor a should have two data_offsets, from 0 on and the second not below the first; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}}",
            "The tensor a should have two data_offsets, from 0 on and the second not below the first; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[2,3],\"data_offsets\":[0,20]}}",
            "The tensor a of F32 and shape (2, 3) takes 24 bytes but its data_offsets 0 and 20 give it 20; the file is damaged."
        },
        {
            Start + "\"F64\",\"shape\":[0,5],\"data_offsets\":[0,8]}}",
            "The tensor a of F64 and shape (0, 5) takes 0 bytes but its data_offsets 0 and 8 give it 8; the file is damaged."
        },
        {
            Start + "\"F32\",\"shape\":[2147483647,2147483647,2147483647,4],\"data_offsets\":[0,4]}}",
            "The tensor a of F32 takes more than the 2147483591 bytes that one array holds; it cannot be read."
        },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[4,8]}}",
            "The tensor a begins at byte 4 but those before it end at 0; "
            + "tensors lie one after the other, without gaps; the file is damaged."
        },
        {
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + Start[1..] + "\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
            "The tensor a begins at byte 3 but those before it end at 4; "
            + "tensors lie one after the other, without gaps; the file is damaged."
        },
        {
            Start + "\"U8\",\"shape\":[2000000000],\"data_offsets\":[0,2000000000]}}",
            "The tensor a should have 2000000000 bytes but the stream ends after 8; the file is truncated."
        },
        {
            Start + "\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
            "The safetensors file goes on after the 4 bytes of its tensors; it is damaged, or something was appended to it."
        },
    };

    [Theory]
    [MemberData(nameof(DamagedHeaders))]
    public void Damage_is_reported_by_its_kind(string header, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(SafetensorsBytes.Of(header, new byte[8]))).Message);

    [Theory]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\"")]
    [InlineData("{\"a\":[[[[[]]]]]}")]
    [InlineData(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[1,2]}}")]
    [InlineData(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},"
        + "\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[1,2]}}")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}")]
    [InlineData("{\"a\":{\"dtype\":\"\\udc00\",\"shape\":[],\"data_offsets\":[0,1]}}")]
    public void A_header_that_is_no_JSON_is_refused(string header) => Assert.StartsWith(
        "The safetensors header is no valid JSON: ",
        Assert.Throws<InvalidDataException>(() => Read(SafetensorsBytes.Of(header, 1, 2))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_header_that_is_no_text_is_refused() => Assert.StartsWith(
        "The safetensors header is no valid JSON: ",
        Assert.Throws<InvalidDataException>(() => Read(SafetensorsBytes.Of([.. "{\""u8, 0xC3, 0x28, .. "\":{}}"u8]))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_name_that_fills_the_header_does_not_fill_the_message()
    {
        string header = $"{{\"{new string('n', 5000)}\":7}}";
        Assert.Equal(
            $"The tensor {new string('n', 100)}… should have a dtype, a shape and data_offsets, and nothing else; the file is damaged.",
            Assert.Throws<InvalidDataException>(() => Read(SafetensorsBytes.Of(header))).Message);
    }

    [Theory]
    [InlineData(16777217ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    public void A_header_of_impossible_length_is_refused(ulong length)
    {
        byte[] file = SafetensorsBytes.Embedded("transfer.safetensors");
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Equal(
            $"The safetensors header claims {length} bytes but at most 16777216 are read; the file is damaged or of another kind.",
            Assert.Throws<InvalidDataException>(() => Read(file)).Message);
    }

    [Fact]
    public void Every_truncation_is_noticed_and_says_what_is_missing()
    {
        byte[] file = SafetensorsBytes.Embedded("transfer.safetensors");
        long header = BinaryPrimitives.ReadInt64LittleEndian(file);
        for (int length = 0; length < file.Length; length++)
        {
            string message = Assert.Throws<InvalidDataException>(() => Read(file[..length])).Message;
            if (length < 8)
                Check("The length of a safetensors header", 8, length);
            else if (length < 8 + header)
                Check("The safetensors header", header, length - 8);
            else
                Assert.Matches("^The tensor [0-9a-z_.]+ should have [0-9]+ bytes but the stream ends after [0-9]+; .*$", message);

            void Check(string what, long wanted, long got) =>
                Assert.Equal($"{what} should have {wanted} bytes but the stream ends after {got}; the file is truncated.", message);
        }
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2147483591],\"data_offsets\":[0,2147483591]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1000,1000,200],\"data_offsets\":[0,1600000000]}}")]
    public void A_huge_claim_allocates_no_more_than_the_bytes_that_come(string header)
    {
        byte[] file = SafetensorsBytes.Of(header, new byte[100]);
        Assert.InRange(Allocation.Of(() => Assert.Throws<InvalidDataException>(() => Read(file))), 0, 2 << 20);
        byte[] longHeader = [.. BitConverter.GetBytes(16777216L), (byte)'{'];
        Assert.InRange(Allocation.Of(() => Assert.Throws<InvalidDataException>(() => Read(longHeader))), 0, 2 << 20);
    }

    [Fact]
    public void Whatever_is_changed_in_a_file_it_is_read_or_refused_in_one_way()
    {
        byte[][] files = [SafetensorsBytes.Embedded("transfer.safetensors"), SafetensorsBytes.Embedded("transfer_types.safetensors")];
        byte[] words = "{}[]\",:0123456789-eE.F3264BU8I\\u \0ÿ"u8.ToArray();
        var network = new Network<float>(NetworkSpec.Input(5).Dense(7).BatchNorm().Relu().Dense(3));
        var random = new Random(1);
        int read = 0, refused = 0, imported = 0;
        for (int sample = 0; sample < 10_000; sample++)
        {
            byte[] file = Mutated(files[sample % 2], words, random);
            try
            {
                SafetensorsFile tensors = Read(file);
                read++;
                foreach (SafetensorsTensor tensor in tensors.Tensors.Values)
                {
                    if (tensor.DataType is "F64" or "F32" or "F16" or "BF16")
                        Assert.Equal(tensor.Shape.Aggregate(1, (product, size) => product * size), tensor.ToSingles().Length);
                }

                tensors.ImportInto(network);
                imported++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        // The bytes of tensors may be anything, and so may names: some of the files are sound.
        Assert.True(read > 300 && imported > 100 && refused > 5000, $"{read} read, {imported} imported, {refused} refused");
    }

    private static byte[] Mutated(byte[] file, byte[] words, Random random)
    {
        var bytes = new List<byte>(file);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int place = random.Next(8) == 0 ? random.Next(8) : 8 + random.Next(random.Next(4) == 0 ? bytes.Count - 8 : header);
            place = Math.Min(place, bytes.Count - 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 or 2:
                    bytes[place] = words[random.Next(words.Length)];
                    break;
                case 3:
                    bytes.Insert(place, words[random.Next(words.Length)]);
                    bytes[0]++;
                    break;
                case 4:
                    bytes.RemoveAt(place);
                    bytes[0]--;
                    break;
                default:
                    int length = Math.Min(random.Next(1, 40), bytes.Count - place);
                    bytes.InsertRange(random.Next(8, bytes.Count), bytes.GetRange(place, length));
                    break;
            }
        }

        return [.. bytes];
    }

    private static SafetensorsFile Read(byte[] file) => SafetensorsFile.Read(new MemoryStream(file));
}
