using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Checkpoints on disks that fail, in folders that others use, and of trainings that take long.</summary>
[Trait("Spec", "A11")]
public sealed class CheckpointFaultTests : IDisposable
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(Clusters.Classes);

    private readonly string _folder = Directory.CreateTempSubdirectory("deepext-tests-").FullName;

    private string PathOfFile => Path.Combine(_folder, "training.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_the_one_before_and_is_tried_again_with_one_warning_for_each_span()
    {
        // Where the temporary file should be is a folder, from epochs 2 to 3 and from 5 to 6.
        string obstacle = PathOfFile + ".tmp";
        var kept = new List<byte[]>();
        var disk = new Listener
        {
            Epoch = epoch =>
            {
                kept.Add(File.ReadAllBytes(PathOfFile));
                if (epoch.Epoch is 1 or 4)
                    Directory.CreateDirectory(obstacle);
                if (epoch.Epoch is 3 or 6)
                    Directory.Delete(obstacle);
            },
        };
        TrainingResult result = Train(8, disk);
        string warning = $"The checkpoint '{PathOfFile}' cannot be written now; training continues, and the next write is tried again: "
            + $"Access to the path '{obstacle}' is denied.";
        Assert.Equal([warning, warning], result.History.Warnings);
        Assert.Equal(8, result.History.Epochs.Count);
        // The file of epoch 1 is still there after 2 and 3, and another one after 4.
        Assert.Equal([true, true, false, true, true, false], kept.Zip(kept.Skip(1), (before, after) => before.SequenceEqual(after)).Take(6));
        Assert.Equal([PathOfFile, PathOfFile + ".lock"], Directory.GetFiles(_folder).Order());
        Assert.Equal(8, Train(8).History.Epochs.Count);
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_no_file_beside_the_one_before()
    {
        Train(1);
        byte[] before = File.ReadAllBytes(PathOfFile);
        var header = new CheckpointHeader
        {
            Version = 1,
            Training = new Dictionary<string, string>(),
            Steps = 1,
            BestEpoch = 0,
            Epochs = [],
            Position = default,
        };
        Assert.Throws<IOException>(() => CheckpointFile.Write(PathOfFile, header, new TornVectors()));
        Assert.Equal([PathOfFile, PathOfFile + ".lock"], Directory.GetFiles(_folder).Order());
        Assert.Equal(before, File.ReadAllBytes(PathOfFile));
    }

    [Theory]
    [InlineData(".lock")]
    [InlineData(".tmp")]
    public void A_folder_that_cannot_be_written_to_is_an_error_before_any_work(string ending)
    {
        Directory.CreateDirectory(PathOfFile + ending);
        int batches = 0;
        IOException error = Assert.Throws<IOException>(() => Train(2, new Listener { Batch = () => batches++ }));
        Assert.Equal(
            $"The checkpoint '{PathOfFile}' cannot be written: Access to the path '{PathOfFile}{ending}' is denied. "
                + "Make room on the disk, allow writing to the folder, or name another file.",
            error.Message);
        Assert.Equal(0, batches);
    }

    [Fact]
    public void Two_trainings_on_one_checkpoint_are_told_apart_and_the_first_goes_on()
    {
        InvalidOperationException? error = null;
        IReadOnlyList<string>? warnings = null;
        var second = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch != 2)
                    return;
                error = Assert.Throws<InvalidOperationException>(() => Train(3));
                warnings = Train(3, new Checkpoint(PathOfFile) { IsBestEffort = true }).History.Warnings;
            },
        };
        TrainingResult first = Train(3, second);
        string inUse = $"The checkpoint '{PathOfFile}' is in use by another training, of this process or of another one; "
            + "wait for its end, or give each training a separate file.";
        Assert.Equal(inUse, error!.Message);
        Assert.Equal([$"Training continues without a checkpoint: {inUse}"], warnings!);
        Assert.Equal(3, first.History.Epochs.Count);
        Assert.Empty(first.History.Warnings);
        Assert.Equal([PathOfFile, PathOfFile + ".lock"], Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public void The_file_of_a_lock_stays_and_one_of_many_threads_holds_it_at_a_time()
    {
        int holders = 0, taken = 0, most = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            try
            {
                using CheckpointLock held = CheckpointLock.Take(PathOfFile);
                Interlocked.Increment(ref taken);
                int now = Interlocked.Increment(ref holders);
                if (now > 1)
                    Volatile.Write(ref most, now);
                Interlocked.Decrement(ref holders);
            }
            catch (InvalidOperationException)
            {
                // Another thread has it.
            }
        });
        Assert.InRange(taken, 1, 200);
        Assert.Equal(0, most);
        Assert.Equal([PathOfFile + ".lock"], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_a_process_that_was_killed_left_behind_does_no_harm()
    {
        TrainingResult expected = Train(3);
        File.WriteAllText(PathOfFile + ".lock", "");
        File.WriteAllText(PathOfFile + ".tmp", "half");
        Assert.Equal(Learned(expected), Learned(Train(3)));
        Assert.Equal([PathOfFile, PathOfFile + ".lock"], Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public void A_training_of_many_epochs_writes_no_more_for_an_epoch_than_one_of_few()
    {
        const int Epochs = 2 * EpochLog.EpochsOfABlock + 40;
        long largest = 0;
        var meter = new Listener { Epoch = _ => largest = Math.Max(largest, new FileInfo(PathOfFile).Length) };
        TrainingResult expected = Train(Epochs, checkpoint: null);
        TrainingResult actual = Train(Epochs, meter);
        Assert.Equal(expected.History.Epochs.Select(EpochFigures.Of), actual.History.Epochs.Select(EpochFigures.Of));
        // A record takes less than 300 bytes; the rest of the file some thousands.
        Assert.InRange(largest, 1, 10_000 + 300 * EpochLog.EpochsOfABlock);
        Assert.Equal([PathOfFile, PathOfFile + ".epochs", PathOfFile + ".lock"], Directory.GetFiles(_folder).Order());
        Assert.InRange(new FileInfo(PathOfFile + ".epochs").Length, 1, 300 * Epochs);
    }

    [Theory]
    [InlineData(EpochLog.EpochsOfABlock - 1)]
    [InlineData(EpochLog.EpochsOfABlock)]
    [InlineData(EpochLog.EpochsOfABlock + 1)]
    [InlineData(2 * EpochLog.EpochsOfABlock + 3)]
    public void A_long_training_that_is_interrupted_goes_on_to_the_last_bit(int epochs)
    {
        int total = epochs + 20;
        TrainingResult expected = Train(total, checkpoint: null);
        var power = new Listener { Epoch = epoch => FailIf(epoch.Epoch == epochs) };
        Assert.Throws<TrainingCallbackException>(() => Train(total, power));
        // What a killed process wrote beyond what the checkpoint knows of.
        if (epochs >= EpochLog.EpochsOfABlock)
            File.AppendAllText(PathOfFile + ".epochs", "torn");
        TrainingResult actual = Train(total);
        Assert.Equal(Learned(expected), Learned(actual));
        Assert.Equal(expected.History.Epochs.Select(EpochFigures.Of), actual.History.Epochs.Select(EpochFigures.Of));
        Assert.Equal((expected.History.BestEpoch, expected.Reason), (actual.History.BestEpoch, actual.Reason));
    }

    [Fact]
    public void Epochs_that_are_missing_damaged_or_of_another_training_are_an_error()
    {
        const int Epochs = EpochLog.EpochsOfABlock;
        string log = PathOfFile + ".epochs";
        Train(Epochs);
        byte[] whole = File.ReadAllBytes(log);
        File.Delete(log);
        AssertRefused($"The file of its epochs, '{log}', is missing; restore it, if there is a copy.");
        File.WriteAllBytes(log, whole[..^1]);
        string invalid = $"The file of its epochs, '{log}', is not valid; restore it, if there is a copy: ";
        AssertRefused($"{invalid}It has {whole.Length - 1} bytes, but {whole.Length} belong to the checkpoint.");
        var random = new Random(1);
        for (int i = 0; i < 20; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(8, damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(log, damaged);
            AssertRefused(
                FormattableString.Invariant($"{invalid}The checksum of a block of {whole.Length - 40} bytes is wrong; the file is damaged."));
        }

        // One of another training, as long and whole in itself.
        File.WriteAllBytes(log, whole);
        CheckpointHeaderEdit.Apply(PathOfFile, header => header["Earlier"]!.AsObject()["Hash"] = JsonValue.Create(new string('0', 64)));
        AssertRefused($"{invalid}It belongs to another checkpoint.");

        // Blocks that are whole, and no list of epochs.
        foreach ((string json, string fault) in new[]
        {
            ("[null]", "The list of epochs has null in place of an epoch."),
            ("null", "The list of epochs is empty."),
        })
        {
            using (FileStream stream = File.Create(log))
                ChecksummedBlock.Write(stream, Encoding.UTF8.GetBytes(json));
            CheckpointHeaderEdit.Apply(PathOfFile, header => header["Earlier"]!.AsObject()["Bytes"] = JsonValue.Create(new FileInfo(log).Length));
            AssertRefused($"{invalid}{fault}");
        }

        void AssertRefused(string message) => Assert.Equal(
            $"The checkpoint '{PathOfFile}' cannot be read: {message} Delete the checkpoint to train from the beginning.",
            Assert.Throws<InvalidDataException>(() => Train(Epochs)).Message);
    }

    [Theory]
    [InlineData(EpochLog.EpochsOfABlock - 1)]
    [InlineData(EpochLog.EpochsOfABlock + 2)]
    [InlineData(2 * EpochLog.EpochsOfABlock + 2)]
    public void A_long_training_that_is_best_effort_starts_from_the_beginning_where_its_checkpoint_is_damaged(int epochs)
    {
        TrainingResult expected = Train(epochs);
        byte[] whole = File.ReadAllBytes(PathOfFile);
        byte[] damaged = [.. whole];
        damaged[^1] ^= 1; // in the last block
        File.WriteAllBytes(PathOfFile, damaged);
        TrainingResult actual = Train(epochs, new Checkpoint(PathOfFile) { IsBestEffort = true });
        Assert.Equal(
            [
                FormattableString.Invariant(
                    $"Training starts from the beginning: The checkpoint '{PathOfFile}' cannot be read: The checksum of a block of ")
                + FormattableString.Invariant(
                    $"{BytesOfLastBlock()} bytes is wrong; the file is damaged. Delete the checkpoint to train from the beginning."),
            ],
            actual.History.Warnings);
        Assert.Equal(Learned(expected), Learned(actual));
        Assert.Equal(expected.History.Epochs.Select(EpochFigures.Of), actual.History.Epochs.Select(EpochFigures.Of));
        // What it wrote can be read.
        Assert.Equal(Learned(expected), Learned(Train(epochs)));

        int BytesOfLastBlock()
        {
            using var stream = new MemoryStream(whole);
            int length = 0;
            while (stream.Position < stream.Length)
                length = ChecksummedBlock.Read(stream).Length;
            return length;
        }
    }

    private static void FailIf(bool isTime)
    {
        if (isTime)
            throw new TimeoutException();
    }

    private TrainingResult Train(int epochs, params ITrainingCallback[] callbacks) => Train(epochs, new Checkpoint(PathOfFile), callbacks);

    private static TrainingResult Train(int epochs, Checkpoint? checkpoint, params ITrainingCallback[] callbacks)
    {
        var options = new TrainingOptions
        {
            Seed = 2,
            MaximumEpochs = epochs,
            Patience = epochs,
            Schedule = new ReduceOnPlateau(),
            Checkpoint = checkpoint,
            Callbacks = callbacks,
        };
        return new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(20), Clusters.Rows(10, seed: 2));
    }

    private static float[] Learned(TrainingResult result) => [.. result.Network.Parameters.Slots.SelectMany(result.Network.Parameters.Read)];

    // The disk is full after the first of two vectors.
    private sealed class TornVectors : IReadOnlyList<SlotVector>
    {
        public int Count => 2;

        public SlotVector this[int index] => throw new IOException("No space left on device");

        public IEnumerator<SlotVector> GetEnumerator()
        {
            yield return new SlotVector([], Memory<float>.Empty);
            throw new IOException("No space left on device");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
