using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Network files, through the loader of the engine.</summary>
internal sealed class NetworkTarget : Target
{
    // Beside what a file holds: descriptions, tables of kinds and of slots.
    private const long FixedAllowance = 1 << 19;

    // Rows in memory are whole lines of 16, so that a number in the file may become 16; and what was read is still there. A layer takes
    // 15 bytes of a description or more, and up to 1,600 of memory.
    private const long BytesPerByte = 128;

    // The copy that is folded, and three activations of two rows.
    private const long PredictionAllowance = 4 << 20;

    // A row of more is given without its zeros.
    private const int MostWritten = 1 << 16;

    private readonly byte[][] _seeds;
    private readonly float[][] _expected;
    private readonly int _seed;
    private readonly bool _isCrafted;

    /// <param name="seeds">Whole files.</param>
    /// <param name="seed">What cases are drawn from.</param>
    /// <param name="isCrafted">Whether files are made to harm, under right checksums, instead of damaged.</param>
    public NetworkTarget(IEnumerable<byte[]> seeds, int seed, bool isCrafted)
    {
        _seeds = [.. seeds];
        _seed = seed;
        _isCrafted = isCrafted;
        _expected = Array.ConvertAll(_seeds, file => Predict(NetworkFile.Load(new MemoryStream(file))));
    }

    public override string Name => _isCrafted ? "network files made to harm" : "network files";

    public override byte[] Create(long number, out bool isSealed)
    {
        Random random = Mutator.RandomOf(_seed, number);
        byte[] file = _seeds[(int)(number % _seeds.Length)];
        int kind = _isCrafted ? 3 : random.Next(3);
        isSealed = kind > 0;
        return kind switch
        {
            0 => Mutator.Mutate(file, random),
            1 => Block.Seal(Mutator.Mutate(Block.PayloadOf(file), random)),
            2 => Block.Seal(NetworkPayload.MutateJson(Block.PayloadOf(file), random)),
            _ => Block.Seal(NetworkCrafter.Craft(Block.PayloadOf(file), random)),
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
            RequireMemory("Loading", before, FixedAllowance, file.Length);
        }

        before = GC.GetAllocatedBytesForCurrentThread();
        float[] predicted = Predict(loaded);
        RequireMemory("Predicting with", before, PredictionAllowance, file.Length);
        if (Array.Exists(_expected, expected => expected.AsSpan().SequenceEqual(predicted)))
            return Outcome.Same;
        return isSealed ? Outcome.Another : throw new FindingException("A damaged file became another network.");
    }

    private static float[] Predict((Network<float> Network, Loss Loss) loaded)
    {
        var predictor = new Predictor(loaded.Network, loaded.Loss);
        var outputs = new float[2 * predictor.Outputs];
        PredictionBuffer buffer = predictor.CreateBuffer(2);
        if (predictor.Inputs > MostWritten)
        {
            var sparse = new SparseBlock<float>(2, predictor.Inputs);
            sparse.Append([0, predictor.Inputs - 1], [1, -1]);
            sparse.Append([], []);
            predictor.Predict(sparse, outputs, buffer);
            return outputs;
        }

        var rows = new float[2 * predictor.Inputs];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i % 3 - 1;
        predictor.Predict(rows, 2, outputs, buffer);
        return outputs;
    }

    private static void RequireMemory(string what, long before, long allowance, int length)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > allowance + BytesPerByte * length)
            throw new FindingException($"{what} {length} bytes took {allocated} bytes of memory.");
    }
}
