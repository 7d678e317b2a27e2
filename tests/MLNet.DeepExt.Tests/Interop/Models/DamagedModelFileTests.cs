using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>A damaged file is refused, or the damage is of no consequence; it never becomes another model.</summary>
public sealed class DamagedModelFileTests
{
    private const int Samples = 300;

    private static readonly TimeSpan Forever = TimeSpan.FromMinutes(1);
    private static readonly SampleRow[] Rows = SampleRow.Generate(20, seed: 99);

    private readonly ZipBytes _file;
    private readonly string[] _expected;

    public DamagedModelFileTests()
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        _file = new ZipBytes(stream.ToArray());
        _expected = SamplePrediction.Of(model, Rows);
        Assert.Equal(2, _file.ContentEntries.Length);
    }

    [Fact]
    public async Task The_file_is_loaded_while_it_is_whole()
    {
        Assert.Null(await LoadAndCompare(_file.Bytes));
    }

    [Fact]
    public async Task A_flipped_bit_in_what_was_learned_is_refused()
    {
        var random = new Random(11);
        foreach (string entry in _file.ContentEntries)
        {
            byte[] content = _file.Read(entry);
            for (int sample = 0; sample < Samples; sample++)
            {
                byte[] damaged = [.. content];
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                string? refusal = await LoadAndCompare(_file.With(entry, damaged));
                Assert.Contains("the file is ", refusal);
            }
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_the_compressed_bytes_never_makes_another_model()
    {
        var random = new Random(12);
        int refused = 0;
        foreach (string entry in _file.ContentEntries.Concat(_file.KeysOfContentEntries))
        {
            (int offset, int length) = _file.CompressedRange(entry).GetOffsetAndLength(_file.Bytes.Length);
            for (int sample = 0; sample < Samples; sample++)
            {
                byte[] damaged = [.. _file.Bytes];
                damaged[offset + random.Next(length)] ^= (byte)(1 << random.Next(8));
                if (await LoadAndCompare(damaged) is not null)
                    refused++;
            }
        }

        Assert.True(refused > Samples, $"Only {refused} were refused; the tests seem to damage nothing.");
    }

    [Fact]
    public async Task A_flipped_bit_in_the_headers_of_ML_NET_beside_ours_never_makes_another_model()
    {
        var random = new Random(13);
        foreach (string entry in _file.KeysOfContentEntries)
        {
            byte[] content = _file.Read(entry);
            for (int sample = 0; sample < Samples; sample++)
            {
                byte[] damaged = [.. content];
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                await LoadAndCompare(_file.With(entry, damaged));
            }
        }
    }

    [Fact]
    public async Task A_truncated_entry_is_refused()
    {
        var random = new Random(14);
        foreach (string entry in _file.ContentEntries)
        {
            byte[] content = _file.Read(entry);
            foreach (int length in Enumerable.Range(0, 50).Select(_ => random.Next(content.Length)).Append(0).Append(content.Length - 1))
            {
                string? refusal = await LoadAndCompare(_file.With(entry, content.AsSpan(0, length)));
                Assert.Contains("the file is truncated", refusal);
            }
        }
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        var random = new Random(15);
        for (int sample = 0; sample < 50; sample++)
            Assert.NotNull(await LoadAndCompare(_file.Bytes[..random.Next(_file.Bytes.Length)]));
    }

    [Fact]
    public async Task Contents_of_two_transformers_that_changed_places_are_refused()
    {
        string[] entries = _file.ContentEntries;
        string? refusal = await LoadAndCompare(_file.With(entries[0], _file.Read(entries[1])));
        Assert.Equal(
            "The model file holds the content of 'DeepExtNetMulticlass' where 'DeepExtNormalizeInputs' was expected; the file is damaged or changed.",
            refusal);
    }

    [Fact]
    public async Task A_checksum_that_does_not_fit_is_named()
    {
        string entry = _file.ContentEntries[0];
        byte[] content = _file.Read(entry);
        content[^1] ^= 1;
        Assert.Matches(
            @"^The checksum of a block of \d+ bytes is wrong; the file is damaged\.$", await LoadAndCompare(_file.With(entry, content)));
    }

    /// <summary>Loads the file; null if its predictions are right, else the message of what refused it. Fails on anything else.</summary>
    private async Task<string?> LoadAndCompare(byte[] file)
    {
        Exception? refusal = null;
        string[]? predictions = null;
        await Task.Run(() =>
        {
            try
            {
                ITransformer model = new MLContext().Model.Load(new MemoryStream(file), out _);
                predictions = SamplePrediction.Of(model, Rows);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                refusal = exception;
            }
        }).WaitAsync(Forever, TestContext.Current.CancellationToken);

        if (refusal is null)
        {
            Assert.Equal(_expected, predictions);
            return null;
        }
        while (refusal.InnerException is { } inner)
            refusal = inner;
        Assert.NotEqual("", refusal.Message);
        return refusal.Message;
    }
}
