using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>Whole model files that somebody made, with right checksums: refused with words before they take memory.</summary>
public sealed class MadeToTakeMemoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

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
                " in the model file is followed by 3 bytes that do not belong to it; save the model again.",
                Refusal(file.With(entry, Sealed([.. content[40..], 1, 2, 3]))), StringComparison.Ordinal);
            Assert.Equal(
                $"An entry of the model file goes on after its block of {content.Length - 40} bytes; the file is damaged.",
                Refusal(file.With(entry, [.. content, 1])));
        }
    }

    [Fact]
    public void A_file_that_inflates_to_far_more_bytes_than_it_has_is_refused_before_an_entry_is_read()
    {
        var file = new ZipBytes(File.ReadAllBytes(Path.Combine(Folder, "v1", "Regression.zip")));
        byte[] made = file.With(file.ContentEntries[^1], Sealed(new byte[60_000_000]));
        Assert.InRange(made.Length, 0, 80_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string refusal = Refusal(made);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Matches(
            @"^The entries of the model file have 600\d{5} bytes after inflation and \d{5} before, with which at most \d{8} are read; the file is "
            + @"damaged, or was made to take memory\.$", refusal);
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
        Assert.Equal(5, ScoringBlock.MostRows(new Predictor(network, new SquaredError()), 256));
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
}
