using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>Content that somebody wrote with the right checksum and with counts that it does not hold takes no memory.</summary>
public sealed class CraftedContentTests
{
    private const int Room = 1 << 20; // bytes, far more than an exception takes and far less than the counts ask for

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_count_of_slots_without_slots_is_refused(int count)
    {
        AssertRefused(
            $"The model file claims {count} slots of 16 bytes or more where 15 bytes remain; the file is damaged or changed.",
            Content(writer => { writer.Write(count); writer.Write(new byte[15]); }),
            content => MeanVarianceNormalization.Load(content));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.NegativeInfinity, 1)]
    public void A_mean_or_a_variance_that_nobody_learned_is_refused(double mean, double variance)
    {
        AssertRefused(
            "The model file has an impossible mean or variance in slot 1; the file is damaged or changed.",
            Content(writer =>
            {
                writer.Write(2); // slots
                writer.Write(0.0);
                writer.Write(mean);
                writer.Write(1.0);
                writer.Write(variance);
            }),
            content => MeanVarianceNormalization.Load(content));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-2)]
    public void A_count_of_columns_without_columns_is_refused(int count)
    {
        AssertRefused(
            $"The model file claims {count} pairs of columns of 6 bytes or more where 2 bytes remain; the file is damaged or changed.",
            Content(writer => { writer.Write(count); writer.Write((short)0); }),
            content => Load<NormalizeInputsTransformer>(content));
    }

    [Fact]
    public void A_method_of_normalization_that_is_not_known_is_refused_by_its_name()
    {
        AssertRefused(
            "The model file normalizes by 'Logarithm', which this version does not know; use the version that wrote it, or a later one.",
            Content(writer => { writer.Write(-1); writer.Write("Logarithm"); }),
            content => Load<NormalizeInputsTransformer>(content));
    }

    [Theory]
    [InlineData(
        0, 536870911, 0, 1,
        "The model file claims 536870911 quantiles of 8 bytes or more where 16 bytes remain; the file is damaged or changed.")]
    [InlineData(7, 2, 0, 1, "The model file has statistic 7 of 1 in slot 0; the file is damaged or changed.")]
    [InlineData(-2, 2, 0, 1, "The model file has statistic -2 of 1 in slot 0; the file is damaged or changed.")]
    [InlineData(0, 1, 0, 1, "The model file has impossible quantiles in statistic 0; the file is damaged or changed.")]
    [InlineData(0, 2, 1, 0, "The model file has impossible quantiles in statistic 0; the file is damaged or changed.")]
    [InlineData(0, 2, 0, double.NaN, "The model file has impossible quantiles in statistic 0; the file is damaged or changed.")]
    public void Quantiles_that_nobody_learned_are_refused(int statistic, int count, double first, double second, string expected)
    {
        AssertRefused(
            expected,
            Content(writer =>
            {
                writer.Write(1); // slots
                writer.Write(statistic);
                writer.Write(1); // statistics
                writer.Write(count);
                writer.Write(first);
                writer.Write(second);
            }),
            content => QuantileToNormalNormalization.Load(content));
    }

    [Fact]
    public void A_million_statistics_of_nothing_from_a_small_file_are_refused_before_their_memory_is_taken()
    {
        byte[] payload = new byte[sizeof(int) + 5_000_000 * sizeof(int)];
        BitConverter.TryWriteBytes(payload.AsSpan(sizeof(int)), 4_900_000); // no slots, statistics
        AssertRefused(
            "What is in the file of 20000 bytes would take more than the 270995456 bytes of memory that a file of this size may take; "
            + "the file is damaged, or was made to take memory.",
            new ContentReader(payload, new MemoryBudget(20_000)),
            content => QuantileToNormalNormalization.Load(content));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_schema_longer_than_the_content_is_refused(int length)
    {
        AssertRefused(
            $"The model file claims {length} bytes of a schema of 1 bytes or more where 2 bytes remain; the file is damaged or changed.",
            Content(writer => { writer.Write(length); writer.Write((short)0); }),
            content => SchemaContent.Read(content, Host()));
    }

    [Theory]
    [InlineData(new byte[] { 3, 65, 66 }, 3, 2)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }, int.MaxValue, 0)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 65 }, uint.MaxValue, 1)]
    [InlineData(new byte[] { 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 65 }, 1, 2)] // a length of more than five bytes
    public void A_text_longer_than_the_content_is_refused(byte[] payload, long length, int remaining) => AssertRefused(
        $"The model file claims a text of {length} bytes where {remaining} bytes remain; the file is damaged or changed.",
        new ContentReader(payload, new MemoryBudget(payload.Length)),
        content => content.ReadString());

    [Theory]
    [InlineData("")]
    [InlineData("Größe 大小")]
    [InlineData(null)]
    public void A_text_is_read_as_it_was_written(string? text)
    {
        text ??= new string('x', 100_000); // a length of three bytes
        using ContentReader content = Content(writer => { writer.Write(text); writer.Write(7); });
        Assert.Equal(text, content.ReadString());
        Assert.Equal(7, content.ReadInt32());
    }

    private static void AssertRefused(string expected, ContentReader content, Action<ContentReader> load)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidDataException>(() => load(content));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Room);
        Assert.Equal(expected, exception.Message);
    }

    private static void Load<TModel>(ContentReader content)
        where TModel : class, ITransformer, ILoadableModel<TModel> => TModel.Load(Host(), content);

    private static ContentReader Content(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            write(writer);
        return new ContentReader(stream.ToArray(), new MemoryBudget(stream.Length));
    }

    private static IHost Host() => ((IHostEnvironment)new MLContext()).Register("Loader");
}
