using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Interop.Models;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>What this library writes into whole model files, through <c>mlContext.Model.Load</c>.</summary>
internal sealed class ZipTarget : Target
{
    // Loading any of the seeds, none of which has 10 kB, and using it takes 1 to 3 MB, most of it ML.NET's. What a file
    // may take, ours and ML.NET's, is in docs/FORMATS.md.
    private const long MostMemory = 256L << 20, BytesPerByte = 128;

    private readonly ZipBytes[] _seeds;
    private readonly string[] _expected;
    private readonly int _seed;
    private readonly EntryCrafter? _crafter;

    /// <param name="seeds">Whole files.</param>
    /// <param name="seed">What cases are drawn from.</param>
    /// <param name="isCrafted">Whether entries are made to harm, under right checksums, instead of damaged.</param>
    public ZipTarget(IEnumerable<byte[]> seeds, int seed, bool isCrafted)
    {
        _seeds = [.. seeds.Select(bytes => new ZipBytes(bytes))];
        _seed = seed;
        _crafter = isCrafted ? new EntryCrafter([.. _seeds.SelectMany(file => file.ContentEntries.Select(file.Read)).Select(Block.PayloadOf)]) : null;
        _expected = Array.ConvertAll(_seeds, file => Use(file.Bytes));
    }

    public override string Name => $"entries of this library in model files{(_crafter is null ? "" : ", made to harm")}";

    public override byte[] Create(long number, out bool isSealed)
    {
        Random random = Mutator.RandomOf(_seed, number);
        ZipBytes file = _seeds[(int)(number % _seeds.Length)];
        string[] entries = file.ContentEntries;
        string entry = entries[random.Next(entries.Length)];
        byte[] content = file.Read(entry);
        if (_crafter is not null)
        {
            isSealed = true;
            if (random.Next(6) == 0)
                return ZipDirectoryCrafter.Craft(file.Bytes, entries, random);
            // Zeros that inflate to more than all of the rest, which take their time.
            return file.With(entry, Block.Seal(random.Next(1000) == 0
                ? [.. Block.PayloadOf(content), .. new byte[random.Next(60_000_000)]]
                : _crafter.Craft(Block.PayloadOf(content), random)));
        }

        int kind = random.Next(3);
        isSealed = kind > 0;
        return file.With(entry, kind switch
        {
            0 => Mutator.Mutate(content, random),
            1 => Block.Seal(Mutator.Mutate(Block.PayloadOf(content), random)),
            _ => Block.Seal(WithNetwork(Block.PayloadOf(content), random)),
        });
    }

    public override Outcome Try(byte[] file, bool isSealed)
    {
        string used;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            used = Use(file);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or InvalidDataException
                && exception.GetBaseException() is InvalidDataException or InvalidOperationException
                && exception.GetBaseException().Message.Length > 0)
        {
            // What ML.NET makes of whatever a loader of ours throws, or its own, which finds that the members of a combination differ, or what
            // .NET throws for a directory that it cannot follow.
            return Outcome.Refused;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MostMemory + BytesPerByte * file.Length)
                throw new FindingException($"Loading and using {file.Length} bytes took {allocated} bytes of memory.");
        }

        if (_expected.Contains(used))
            return Outcome.Same;
        return isSealed ? Outcome.Another : throw new FindingException("A damaged file became another model.");
    }

    // Loads it and predicts. A model that means other columns cannot be used on these rows, and says so.
    private static string Use(byte[] file)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(new MemoryStream(file), out DataViewSchema schema);
        IDataView rows = new SampleRows(context, schema).Rows;
        try
        {
            IDataView scored = model.Transform(rows);
            IEnumerable<DataViewSchema.Column> numbers = scored.Schema.Where(column => column.Name is "Score" or "Probability" && !column.IsHidden);
            return string.Join('|', numbers.Select(column => column.Type is VectorDataViewType
                ? string.Join(',', scored.GetColumn<float[]>(column).SelectMany(row => row))
                : string.Join(',', scored.GetColumn<float>(column))));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException && exception.Message.Length > 0)
        {
            return "unusable";
        }
    }

    // The payload often ends with a network file, whose own checksum is made right as well.
    private static byte[] WithNetwork(byte[] payload, Random random)
    {
        int magic = payload.AsSpan().IndexOf("DXNETWRK"u8);
        int start = magic - sizeof(long) - 32;
        if (start < 0)
            return Mutator.Mutate(payload, random);
        byte[] network = Block.PayloadOf(payload[start..]);
        byte[] mutated = random.Next(2) == 0 ? NetworkPayload.MutateJson(network, random) : Mutator.Mutate(network, random);
        return [.. payload[..start], .. Block.Seal(mutated)];
    }
}
