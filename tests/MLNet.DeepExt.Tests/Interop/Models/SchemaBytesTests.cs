using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Models;

public sealed class SchemaBytesTests
{
    [Fact]
    public void A_vector_that_claims_more_dimensions_than_there_are_bytes_is_refused_before_ML_NET_takes_memory_for_them()
    {
        byte[] bytes = Bytes();
        SchemaBytes.RequireHonestCounts(bytes);
        // The first definition: the length of all, "Single", the length of nothing, the count.
        int count = bytes.AsSpan().IndexOf("VBuffer"u8) + 7 + 1 + 1 + 6 + 1;
        Assert.Equal(1, BitConverter.ToInt32(bytes, count));
        foreach (int claimed in new[] { -1, 1 << 20, int.MaxValue })
        {
            byte[] crafted = [.. bytes];
            BitConverter.TryWriteBytes(crafted.AsSpan(count), claimed);
            Assert.Equal(
                "A vector type in a schema claims more dimensions than it has; the file is damaged.",
                Assert.Throws<InvalidDataException>(() => SchemaBytes.RequireHonestCounts(crafted)).Message);
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

    // The bytes of a schema with a vector of floats.
    private static byte[] Bytes()
    {
        var context = new MLContext();
        IHost host = ((IHostEnvironment)context).Register("test");
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            SchemaContent.Write(writer, host, VectorRow.Dense(context, [[1, 2, 3]]).Schema);
        return stream.ToArray();
    }
}
