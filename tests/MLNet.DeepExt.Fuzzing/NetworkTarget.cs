using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Network files, through the loader of the engine.</summary>
internal sealed class NetworkTarget : Target
{
    // Beside what a file holds: descriptions, tables of kinds and of slots.
    private const long FixedAllowance = 1 << 19;

    // Rows in memory are whole lines of 16, so that a number in the file may become 16; and what was read is still there.
    private const long BytesPerByte = 20;

    private readonly byte[][] _seeds;
    private readonly float[][] _expected;
    private readonly int _seed;

    public NetworkTarget(IEnumerable<byte[]> seeds, int seed)
    {
        _seeds = [.. seeds];
        _seed = seed;
        _expected = Array.ConvertAll(_seeds, file => Predict(NetworkFile.Load(new MemoryStream(file))));
    }

    public override string Name => "network files";

    public override byte[] Create(long number, out bool isSealed)
    {
        Random random = Mutator.RandomOf(_seed, number);
        byte[] file = _seeds[(int)(number % _seeds.Length)];
        int kind = random.Next(3);
        isSealed = kind > 0;
        return kind switch
        {
            0 => Mutator.Mutate(file, random),
            1 => Block.Seal(Mutator.Mutate(Block.PayloadOf(file), random)),
            _ => Block.Seal(NetworkPayload.MutateJson(Block.PayloadOf(file), random)),
        };
    }

    public override Outcome Try(byte[] file, bool isSealed)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        (Network<float>, Loss) loaded;
        try
        {
            loaded = NetworkFile.Load(new MemoryStream(file));
        }
        catch (InvalidDataException exception) when (exception.Message.Length > 0)
        {
            return Outcome.Refused;
        }
        finally
        {
            RequireMemory(GC.GetAllocatedBytesForCurrentThread() - before, file.Length);
        }

        float[] predicted = Predict(loaded);
        if (Array.Exists(_expected, expected => expected.AsSpan().SequenceEqual(predicted)))
            return Outcome.Same;
        return isSealed ? Outcome.Another : throw new FindingException("A damaged file became another network.");
    }

    private static float[] Predict((Network<float> Network, Loss Loss) loaded)
    {
        var predictor = new Predictor(loaded.Network, loaded.Loss);
        var rows = new float[2 * predictor.Inputs];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i % 3 - 1;
        var outputs = new float[2 * predictor.Outputs];
        predictor.Predict(rows, 2, outputs, predictor.CreateBuffer(2));
        return outputs;
    }

    private void RequireMemory(long allocated, int length)
    {
        if (allocated > FixedAllowance + BytesPerByte * length)
            throw new FindingException($"Loading {length} bytes took {allocated} bytes of memory.");
    }
}
