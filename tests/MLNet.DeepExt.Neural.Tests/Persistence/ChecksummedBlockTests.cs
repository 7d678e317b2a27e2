using System.Buffers.Binary;
using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

public sealed class ChecksummedBlockTests
{
    private const int HeaderLength = 40;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(3 << 20)]
    public void What_was_written_is_read(int length)
    {
        byte[] payload = Payload(length);
        byte[] file = Written(payload);
        Assert.Equal(HeaderLength + length, file.Length);
        Assert.Equal(payload, ChecksummedBlock.Read(new MemoryStream(file)));
        Assert.Equal(payload, ChecksummedBlock.Read(new TrickleStream(file, 4093)));
    }

    [Fact]
    public void A_block_is_its_length_its_hash_and_its_bytes()
    {
        byte[] payload = Payload(5);
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, .. SHA256.HashData(payload), .. payload], Written(payload));
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_is_read_whole()
    {
        byte[] payload = Payload(3000);
        Assert.Equal(payload, ChecksummedBlock.Read(new TrickleStream(Written(payload))));
    }

    [Fact]
    public void What_follows_a_block_is_left_in_the_stream()
    {
        byte[] first = Payload(10), second = Payload(20);
        var stream = new TrickleStream([.. Written(first), .. Written(second), 77]);
        Assert.Equal(first, ChecksummedBlock.Read(stream));
        Assert.Equal(second, ChecksummedBlock.Read(stream));
        Assert.Equal(77, stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] file = Written(Payload(50));
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<InvalidDataException>(() => ChecksummedBlock.Read(new MemoryStream(damaged)));
        }
    }

    [Fact]
    public void Every_truncation_is_noticed_and_says_where_the_stream_ends()
    {
        byte[] file = Written(Payload(50));
        for (int length = 0; length < file.Length; length++)
        {
            string message = Assert.Throws<InvalidDataException>(() => ChecksummedBlock.Read(new MemoryStream(file[..length]))).Message;
            Assert.Equal(
                length < HeaderLength
                    ? $"The block's header has 40 bytes but the stream ends after {length}; the file is truncated."
                    : $"The block should have 50 bytes but the stream ends after {length - HeaderLength}; the file is truncated.",
                message);
        }
    }

    [Fact]
    public void Damage_is_reported_by_its_kind()
    {
        byte[] file = Written(Payload(50));
        file[^1]++;
        Assert.Equal("The checksum of a block of 50 bytes is wrong; the file is damaged.", MessageOf(file));
        Assert.Equal("The block claims to be -1 bytes long; the file is damaged.", MessageOf(WithLength(-1)));
        Assert.Equal("The block claims to be 2147483648 bytes long; the file is damaged.", MessageOf(WithLength(1L << 31)));

        static string MessageOf(byte[] file) => Assert.Throws<InvalidDataException>(() => ChecksummedBlock.Read(new MemoryStream(file))).Message;
    }

    [Theory]
    [InlineData(0x7FFF_FFC7)] // Array.MaxLength
    [InlineData(1_000_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_huge_claim_allocates_no_more_than_the_bytes_that_come(long claim)
    {
        byte[] file = [.. WithLength(claim), .. new byte[100]];
        long allocated = Allocation.Of(() => Assert.Throws<InvalidDataException>(() => ChecksummedBlock.Read(new MemoryStream(file))));
        Assert.InRange(allocated, 0, 2 << 20);
    }

    private static byte[] Payload(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        return payload;
    }

    private static byte[] Written(byte[] payload)
    {
        var stream = new MemoryStream();
        ChecksummedBlock.Write(stream, payload);
        return stream.ToArray();
    }

    private static byte[] WithLength(long length)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }
}
