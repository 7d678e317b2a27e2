using System.Buffers.Binary;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Checkpoints, by trainings that go on from them; headers and numbers are changed under right checksums too.</summary>
internal sealed class CheckpointTarget : Target
{
    private const long MostMemory = 8 << 20;

    private static readonly LabeledRows Rows = new(new DenseRows(2, [0, 1, 1, 0, 1, 1, 0, 0]), [0, 1, 1, 0]);
    private static readonly float[] Strange = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1, 0];

    private readonly int _seed;
    private readonly byte[][] _blocks; // what is behind the checksums
    private readonly float[] _expected;

    public CheckpointTarget(int seed)
    {
        _seed = seed;
        using var folder = new CheckpointFolder();
        _expected = Train(folder.Path);
        var blocks = new List<byte[]>();
        using FileStream file = File.OpenRead(folder.Path);
        while (file.Position < file.Length)
            blocks.Add(ChecksummedBlock.Read(file));
        _blocks = [.. blocks];
    }

    public override string Name => "checkpoints";

    public override byte[] Create(long number, out bool isSealed)
    {
        Random random = Mutator.RandomOf(_seed, number);
        isSealed = random.Next(4) > 0;
        byte[][] blocks = [.. _blocks];
        int block = random.Next(2) == 0 ? 0 : random.Next(blocks.Length);
        if (isSealed && block == 0)
        {
            blocks[0] = JsonMutator.Mutate(blocks[0], random);
        }
        else if (isSealed && random.Next(2) == 0 && blocks[block].Length >= sizeof(float))
        {
            blocks[block] = [.. blocks[block]];
            int at = sizeof(float) * random.Next(blocks[block].Length / sizeof(float));
            BinaryPrimitives.WriteSingleLittleEndian(blocks[block].AsSpan(at), Strange[random.Next(Strange.Length)]);
        }
        else if (isSealed)
        {
            blocks[block] = Mutator.Mutate(blocks[block], random);
        }

        byte[] file = [.. blocks.SelectMany(Block.Seal)];
        return isSealed ? file : Mutator.Mutate(file, random);
    }

    public override Outcome Try(byte[] file, bool isSealed)
    {
        using var folder = new CheckpointFolder();
        File.WriteAllBytes(folder.Path, file);
        float[] trained;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            trained = Train(folder.Path);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or TrainingDivergedException)
        {
            // Damaged; of another training; of one whose numbers go on to diverge.
            return Outcome.Refused;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MostMemory)
                throw new FindingException($"A checkpoint of {file.Length} bytes took {allocated} bytes of memory.");
        }

        if (trained.AsSpan().SequenceEqual(_expected))
            return Outcome.Same;
        return isSealed ? Outcome.Another : throw new FindingException("A damaged checkpoint became another network.");
    }

    private static float[] Train(string path)
    {
        var network = new Network<float>(NetworkSpec.Input(2).Dense(3).BatchNorm().Relu().Dense(2), seed: 1);
        var options = new TrainingOptions
        {
            Seed = 1,
            MaximumEpochs = 2,
            BatchSize = 4,
            NumberOfThreads = 1,
            ValidationFraction = 0,
            Checkpoint = new Checkpoint(path),
        };
        TrainingResult result = new Trainer(network, new SoftmaxCrossEntropy(), options).Train(Rows);
        return [.. result.Network.Parameters.Slots.Concat(result.Network.Parameters.Buffers).SelectMany(result.Network.Parameters.Read)];
    }

    private sealed class CheckpointFolder : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("fuzzing").FullName;

        public string Path => System.IO.Path.Combine(_folder, "checkpoint");

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
