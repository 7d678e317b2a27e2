using System.Text;
using System.Text.Json.Nodes;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using Accuracy = MLNet.DeepExt.Neural.Metrics.Accuracy;
using LogLoss = MLNet.DeepExt.Neural.Metrics.LogLoss;
using Metric = MLNet.DeepExt.Neural.Metrics.Metric;

namespace MLNet.DeepExt.Neural.Tests.Training;

[Trait("Spec", "A11")]
public sealed class CheckpointTests : IDisposable
{
    // Whatever a training can remember is in it: dropout's step, moving statistics, moments, an average of weights, the best weights.
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(16).BatchNorm().Relu().Dropout(0.8f).Dense(Clusters.Classes);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Path => System.IO.Path.Combine(_folder, "training.checkpoint");

    private TrainingOptions Options => new()
    {
        Seed = 5,
        BatchSize = 32,
        MaximumEpochs = 6,
        Patience = 2,
        Optimizer = new AdamW(0.02),
        Schedule = new ReduceOnPlateau { Patience = 1, Multiplier = 0.5 },
        Regularizer = new L1(1e-3),
        StoppingMetric = new Accuracy(),
        WeightAveraging = 0.9,
        RecordNorms = true,
        Checkpoint = new Checkpoint(Path) { Every = TimeSpan.FromSeconds(1) },
        TimeProvider = new ImpatientClock(),
    };

    public static TheoryData<int, bool, int, int> Interruptions
    {
        get
        {
            var cases = new TheoryData<int, bool, int, int>();
            // 180 rows in batches of 32 are 6 steps an epoch: after every one of the first.
            foreach (bool streams in new[] { false, true })
            {
                for (int batch = 1; batch <= 15; batch++)
                    cases.Add(batch, streams, 1 + batch % 2, 2 - batch % 2);
            }

            return cases;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Interruptions))]
    public void An_interrupted_training_goes_on_to_the_last_bit(int batches, bool streams, int threadsBefore, int threadsAfter)
    {
        TrainingResult expected = Train(Options with { Checkpoint = null }, streams);
        int seen = 0;
        var power = new Listener { Batch = () => FailIf(++seen == batches) };
        Assert.Throws<TrainingCallbackException>(() => Train(Options with { Callbacks = [power], NumberOfThreads = threadsBefore }, streams));
        Assert.True(File.Exists(Path) || batches == 1);

        TrainingResult actual = Train(Options with { NumberOfThreads = threadsAfter }, streams);
        AssertSame(expected, actual);
    }

    [Fact]
    public void A_training_interrupted_again_and_again_comes_to_the_same_end()
    {
        TrainingResult expected = Train(Options with { Checkpoint = null });
        TrainingResult? actual = null;
        int attempts = 0;
        while (actual is null)
        {
            int seen = 0;
            try
            {
                actual = Train(Options with { Callbacks = [new Listener { Batch = () => FailIf(++seen == 4) }] });
            }
            catch (TrainingCallbackException)
            {
                attempts++;
            }
        }

        Assert.InRange(attempts, 5, 20);
        AssertSame(expected, actual);
    }

    [Fact]
    public void A_cancelled_training_goes_on_where_it_was_cancelled()
    {
        TrainingResult expected = Train(Options with { Checkpoint = null });
        using var cancellation = new CancellationTokenSource();
        int seen = 0;
        var canceller = new Listener
        {
            Batch = () =>
            {
                if (++seen == 9)
                    cancellation.Cancel();
            },
        };
        // Not written by time: what is there was written as it ended.
        var checkpoint = new Checkpoint(Path) { EveryEpochs = 100 };
        TrainingOptions options = Options with { Checkpoint = checkpoint, Callbacks = [canceller] };
        TrainingResult cancelled = new Trainer(Spec, new SoftmaxCrossEntropy(), options)
            .Train(Clusters.Rows(200, noise: 1.5f), cancellationToken: cancellation.Token);
        Assert.Equal(StopReason.Cancelled, cancelled.Reason);
        AssertSame(expected, Train(Options with { Checkpoint = checkpoint }));
    }

    [Fact]
    public void A_training_that_is_over_is_not_made_again()
    {
        TrainingResult first = Train(Options);
        int epochs = 0;
        TrainingResult second = Train(Options with { Callbacks = [new Listener { Epoch = _ => epochs++ }] });
        Assert.Equal(0, epochs);
        AssertSame(first, second);
        Assert.Equal(first.Reason, second.Reason);
    }

    [Fact]
    public void Who_listens_is_told_of_the_epochs_before()
    {
        Interrupt(afterBatches: 17);
        var started = new List<TrainingStarted>();
        TrainingResult result = Train(Options with { Callbacks = [new StartListener(started)] });
        IReadOnlyList<EpochRecord> epochs = started[0].EarlierEpochs;
        Assert.Equal(result.History.Epochs.Take(2).Select(EpochFigures.Of), epochs.Select(EpochFigures.Of));
        Assert.Equal(result.History.Epochs.Take(2).Select(epoch => epoch.RowsPerSecond), epochs.Select(epoch => epoch.RowsPerSecond));
        // An epoch has 6 steps and validates one batch; it was killed in the third step of the third one.
        Assert.Equal(14, started[0].EarlierSteps);
    }

    [Fact]
    public void A_damaged_file_is_an_error_wherever_the_damage_is()
    {
        Interrupt(afterBatches: 10);
        byte[] whole = File.ReadAllBytes(Path);
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. whole];
            if (i % 10 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Path, damaged);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => Train(Options));
            Assert.StartsWith($"The checkpoint '{Path}' cannot be read: ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(" Delete the checkpoint to train from the beginning.", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"Version\":1", "\"Version\":3", "The file has version 3 but this library reads 1 and 2.")]
    [InlineData("\"Position\":", "\"Place\":", "The header of the file is not valid: ")]
    [InlineData("\"Training\":{", "\"Training\":null,\"More\":{", "The header of the file is not valid: ")]
    [InlineData("\"BestEpoch\":1", "\"BestEpoch\":7", "The header of the file names epoch 7 as the best of 1.")]
    [InlineData("\"BestEpoch\":1", "\"BestEpoch\":-1", "The header of the file names epoch -1 as the best of 1.")]
    [InlineData("\"Epoch\":1,", "\"Epoch\":2,", "The header of the file has epoch 2 where epoch 1 belongs.")]
    [InlineData("\"Targets\":[", "\"Targets\":[0,", "The constant prediction should have 3 sums and weights but has 4 and 3.")]
    public void A_file_that_was_written_otherwise_is_an_error(string part, string otherwise, string message)
    {
        Interrupt(afterBatches: 10);
        using (FileStream file = File.OpenRead(Path))
        {
            string header = Encoding.UTF8.GetString(ChecksummedBlock.Read(file));
            Assert.Contains(part, header, StringComparison.Ordinal);
            using var changed = new MemoryStream();
            ChecksummedBlock.Write(changed, Encoding.UTF8.GetBytes(header.Replace(part, otherwise, StringComparison.Ordinal)));
            file.CopyTo(changed);
            File.WriteAllBytes(Path + ".other", changed.ToArray());
        }

        File.Move(Path + ".other", Path, overwrite: true);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Train(Options));
        Assert.StartsWith($"The checkpoint '{Path}' cannot be read: {message}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Delete the checkpoint to train from the beginning.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_or_batches_below_0_are_an_error(bool batches)
    {
        Interrupt(afterBatches: 10);
        long steps = 0, position = 0;
        CheckpointHeaderEdit.Apply(Path, header =>
        {
            if (batches)
                header["Position"]!["Batches"] = -3L;
            else
                header["Steps"] = -3L;
            steps = header["Steps"]!.GetValue<long>();
            position = header["Position"]!["Batches"]!.GetValue<long>();
        });
        Assert.Equal(
            $"The checkpoint '{Path}' cannot be read: The header of the file has {steps} steps and {position} batches, of which neither can be "
            + "below 0. Delete the checkpoint to train from the beginning.",
            Assert.Throws<InvalidDataException>(() => Train(Options)).Message);
    }

    [Fact]
    public void Bytes_after_the_last_block_are_an_error()
    {
        Interrupt(afterBatches: 10);
        File.AppendAllText(Path, "more");
        Assert.Equal(
            $"The checkpoint '{Path}' cannot be read: The file goes on for 4 bytes after its last block; something was appended to it. "
            + "Delete the checkpoint to train from the beginning.",
            Assert.Throws<InvalidDataException>(() => Train(Options)).Message);
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_an_error_and_what_an_optimizer_remembers_may_be_infinite()
    {
        Interrupt(afterBatches: 10);
        byte[][] blocks = Blocks();
        float[] numbers = [float.NaN, float.PositiveInfinity];
        foreach (float number in numbers)
        {
            // The header, the weights, the running statistics, two moments.
            Write(Changed(1, number));
            Assert.Equal(
                FormattableString.Invariant(
                    $"The checkpoint '{Path}' cannot be read: The weights in the file are not valid: 0.dense.weight has {number} at 0 but must be ")
                + "finite. Delete the checkpoint to train from the beginning.",
                Assert.Throws<InvalidDataException>(() => Train(Options)).Message);
        }

        Write(Changed(4, float.PositiveInfinity));
        Assert.NotNull(Train(Options));

        byte[][] Changed(int block, float number)
        {
            byte[][] changed = [.. blocks];
            changed[block] = [.. BitConverter.GetBytes(number), .. blocks[block][sizeof(float)..]];
            return changed;
        }

        byte[][] Blocks()
        {
            var read = new List<byte[]>();
            using FileStream file = File.OpenRead(Path);
            while (file.Position < file.Length)
                read.Add(ChecksummedBlock.Read(file));
            return [.. read];
        }

        void Write(byte[][] changed)
        {
            using FileStream file = File.Create(Path);
            foreach (byte[] block in changed)
                ChecksummedBlock.Write(file, block);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        Interrupt(afterBatches: 10);
        Assert.Equal(
            $"The checkpoint '{Path}' was written by another training: its seed is 5 but here it is 6. " +
            "Name another file, or delete it to train from the beginning.",
            Assert.Throws<InvalidOperationException>(() => Train(Options with { Seed = 6 })).Message);
        Assert.Equal(
            $"The checkpoint '{Path}' was written by another training: its optimizer is " +
            "{\"kind\":\"AdamW\",\"weightDecay\":0.01,\"learningRate\":0.02,\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1E-08} " +
            "but here it is {\"kind\":\"GradientDescent\",\"learningRate\":0.1}. Name another file, or delete it to train from the beginning.",
            Assert.Throws<InvalidOperationException>(() => Train(Options with { Optimizer = new GradientDescent(0.1) })).Message);
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), Options);
        string message =
            Assert.Throws<InvalidOperationException>(() => trainer.Train(Clusters.Rows(200, seed: 2, noise: 1.5f))).Message;
        Assert.Contains("its code of the training features is ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_part_of_the_data_that_differs_is_named_and_a_file_without_parts_is_compared_as_a_whole(bool streams)
    {
        LabeledRows rows = Clusters.Rows(100), others = Clusters.Rows(40, seed: 2);
        LabeledRows weighed = new(rows.Features, ((ClassRows)rows.Targets).Classes, [.. Enumerable.Range(0, 100).Select(row => 1f + row % 2)]);
        LabeledRows othersWeighed = new(others.Features, ((ClassRows)others.Targets).Classes, [.. Enumerable.Repeat(2f, 40)]);
        Run(rows, others);
        Run(rows, others);
        Assert.Contains("its code of the training targets and weights is ", MessageOf(weighed, others), StringComparison.Ordinal);
        Assert.Contains("its code of the validation features is ", MessageOf(rows, Clusters.Rows(40, seed: 3)), StringComparison.Ordinal);
        Assert.Contains("its code of the validation targets and weights is ", MessageOf(rows, othersWeighed), StringComparison.Ordinal);
        Assert.EndsWith(
            " but here it is none. Name another file, or delete it to train from the beginning.", MessageOf(rows, null), StringComparison.Ordinal);

        // As version 0.1.0 wrote it.
        CheckpointHeaderEdit.Apply(Path, header =>
        {
            JsonObject training = header["Training"]!.AsObject();
            string[] parts = [.. training.Select(entry => entry.Key).Where(name => name.StartsWith("code of ", StringComparison.Ordinal))];
            Assert.Equal(4, parts.Length);
            Assert.All([.. parts, "list of metrics", "name of the stopping metric"], name => Assert.True(training.Remove(name)));
            training["metrics"] = """[{"kind":"Accuracy","name":"accuracy","higherIsBetter":true,"input":0}]""";
            training["stopping metric"] = """{"kind":"Accuracy","name":"accuracy","higherIsBetter":true,"input":0}""";
        });
        Assert.Contains("its data is ", MessageOf(weighed, others), StringComparison.Ordinal);
        Run(rows, others);

        void Run(LabeledRows training, LabeledRows? validation)
        {
            var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { MaximumEpochs = 1 });
            _ = streams
                ? trainer.Train(new RowsStream(training), validation is null ? null : new RowsStream(validation))
                : trainer.Train(training, validation);
        }

        string MessageOf(LabeledRows training, LabeledRows? validation) =>
            Assert.Throws<InvalidOperationException>(() => Run(training, validation)).Message;
    }

    [Fact]
    public void Whatever_changes_the_steps_makes_another_training()
    {
        Interrupt(afterBatches: 10);
        // 180 rows are 6 batches of 31, too.
        AssertRefused(Options with { BatchSize = 31 }, "batch size is 32 but here it is 31");
        AssertRefused(
            Options with { Metrics = [new Accuracy()] },
            "list of metrics is null but here it is \"accuracy\"");
        var start = new Network<float>(Spec, seed: 1);
        string message = Assert.Throws<InvalidOperationException>(
            () => new Trainer(start, new SoftmaxCrossEntropy(), Options).Train(Clusters.Rows(200, noise: 1.5f))).Message;
        Assert.Contains("its beginning is ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_are_told_from_others_however_they_are_listed()
    {
        TrainingOptions one = Options with { Metrics = [new Accuracy()], MaximumEpochs = 1 };
        Train(one);
        Train(one with { Metrics = new List<Metric> { new Accuracy() } });
        AssertRefused(one with { Metrics = [new LogLoss()] }, "its list of metrics is \"accuracy\" but here it is \"log loss\"");
    }

    [Fact]
    public void A_stream_with_one_other_feature_makes_another_training()
    {
        NetworkSpec spec = NetworkSpec.Input(2).Dense(2);
        var options = new TrainingOptions { MaximumEpochs = 2, ValidationFraction = 0, Checkpoint = new Checkpoint(Path) };
        float[] features = [.. Enumerable.Range(0, 80).Select(value => value / 80f)];
        new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Rows(features));
        new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Rows([.. features]));
        features[51] += 1;
        string message = Assert.Throws<InvalidOperationException>(
            () => new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Rows(features))).Message;
        Assert.StartsWith(
            $"The checkpoint '{Path}' was written by another training: its code of the training features is ", message, StringComparison.Ordinal);

        static RowsStream Rows(float[] features) => new(new LabeledRows(2, features, [.. Enumerable.Range(0, 40).Select(row => row % 2)]));
    }

    [Fact]
    public void A_stream_whose_buffer_has_another_size_makes_another_training()
    {
        // Of rows of 1,025 features a MiB holds not 256, and 2 MiB hold all 400.
        var rows = new LabeledRows(1025, new float[400 * 1025], [.. Enumerable.Range(0, 400).Select(i => i % 2)]);
        var options = new TrainingOptions
        {
            MaximumEpochs = 1,
            ValidationFraction = 0,
            ShuffleBufferMegabytes = 1,
            Checkpoint = new Checkpoint(Path),
        };
        NetworkSpec spec = NetworkSpec.Input(1025).Dense(2);
        new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(new RowsStream(rows));
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), options with { ShuffleBufferMegabytes = 2 });
        string message = Assert.Throws<InvalidOperationException>(() => trainer.Train(new RowsStream(rows))).Message;
        Assert.Contains("its number of rows that are shuffled together is ", message, StringComparison.Ordinal);
        Assert.EndsWith(" but here it is 400. Name another file, or delete it to train from the beginning.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_of_a_users_own_is_told_by_its_text_whatever_the_culture_and_wherever_it_stands()
    {
        TrainingOptions options = Options with { MaximumEpochs = 1, Schedule = new WarmUp(1, new Kept(0.5)) };
        Culture.Run("de-DE", () => Train(options));
        Culture.Run("en-US", () => Train(options));
        AssertRefused(
            options with { Schedule = new WarmUp(1, new Kept(0.25)) }, "\"then\":\"Kept { NeedsValidation = False, Share = 0.5 }\"");
    }

    [Fact]
    public void Impossible_checkpoints_are_refused_before_any_work()
    {
        Assert.Equal("Path of a Checkpoint is empty; name the file to write.", MessageOf(new Checkpoint("")));
        Assert.Equal(
            "EveryEpochs of a Checkpoint must be at least 1 but is 0; use null as Checkpoint for no checkpoint.",
            MessageOf(new Checkpoint(Path) { EveryEpochs = 0 }));
        Assert.Equal(
            "Every of a Checkpoint must be above 0 but is 00:00:00; use null to write only after epochs.",
            MessageOf(new Checkpoint(Path) { Every = TimeSpan.Zero }));
        Assert.Equal(
            $"The folder of the checkpoint '{System.IO.Path.GetFullPath("no/such/folder/x")}' does not exist; create it first.",
            MessageOf(new Checkpoint("no/such/folder/x")));
        Assert.Equal($"The checkpoint '{_folder}' is a folder; name a file in it.", MessageOf(new Checkpoint(_folder)));
    }

    [Fact]
    public void Nothing_but_the_file_and_that_of_its_lock_is_left_in_the_folder()
    {
        Train(Options);
        Assert.Equal([Path, Path + ".lock"], Directory.GetFiles(_folder).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(10)]
    public void A_token_that_is_cancelled_as_training_begins_loses_nothing_of_the_checkpoint(int afterBatches)
    {
        TrainingResult expected = Train(Options with { Checkpoint = null });
        // Of none, within the first epoch, and within the second one.
        if (afterBatches > 0)
            Interrupt(afterBatches);
        using var source = new CancellationTokenSource();
        var starting = new Starting(source.Cancel);
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { Callbacks = [starting] });
        LabeledRows rows = Clusters.Rows(200, noise: 1.5f);
        if (afterBatches == 10)
        {
            TrainingResult cancelled = trainer.Train(rows, cancellationToken: source.Token);
            Assert.Equal((1, StopReason.Cancelled), (cancelled.History.Epochs.Count, cancelled.Reason));
        }
        else
        {
            OperationCanceledException error =
                Assert.Throws<OperationCanceledException>(() => trainer.Train(rows, cancellationToken: source.Token));
            Assert.Equal(
                "Training was cancelled before its first epoch ended, so there is no trained network; " +
                    "cancel it later to keep the best so far.",
                error.Message);
            Assert.Equal(source.Token, error.CancellationToken);
        }

        Assert.Equal(1, starting.Calls);
        AssertSame(expected, Train(Options));
    }

    private void Interrupt(int afterBatches)
    {
        int seen = 0;
        Assert.Throws<TrainingCallbackException>(
            () => Train(Options with { Callbacks = [new Listener { Batch = () => FailIf(++seen == afterBatches) }] }));
    }

    private static void AssertRefused(TrainingOptions options, string because)
    {
        string message = Assert.Throws<InvalidOperationException>(() => Train(options)).Message;
        Assert.True(message.Contains(because, StringComparison.Ordinal), message);
    }

    private static string MessageOf(Checkpoint checkpoint) => Assert.Throws<ArgumentException>(
        () => new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { Checkpoint = checkpoint })).WithoutParameter();

    private static TrainingResult Train(TrainingOptions options, bool streams = false)
    {
        LabeledRows rows = Clusters.Rows(200, noise: 1.5f);
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options);
        return streams ? trainer.Train(new RowsStream(rows)) : trainer.Train(rows);
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(
            expected.Network.Parameters.Slots.SelectMany(expected.Network.Parameters.Read),
            actual.Network.Parameters.Slots.SelectMany(actual.Network.Parameters.Read));
        Assert.Equal(
            expected.Network.Parameters.Buffers.SelectMany(expected.Network.Parameters.Read),
            actual.Network.Parameters.Buffers.SelectMany(actual.Network.Parameters.Read));
        Assert.Equal(expected.History.Epochs.Select(EpochFigures.Of), actual.History.Epochs.Select(EpochFigures.Of));
        Assert.Equal((expected.History.BestEpoch, expected.Reason), (actual.History.BestEpoch, actual.Reason));
    }

    private static void FailIf(bool isTime)
    {
        if (isTime)
            throw new TimeoutException();
    }

    private sealed record Kept(double Share) : Schedule
    {
        public override bool NeedsValidation => false;

        public override double Factor(in TrainingTime time) => Share;

        public override void Validate()
        {
            // Any share will do.
        }
    }

    private sealed class Starting(Action act) : ITrainingCallback
    {
        public int Calls { get; private set; }

        public void OnStarted(TrainingStarted started)
        {
            Calls++;
            act();
        }
    }

    private sealed class StartListener(List<TrainingStarted> started) : ITrainingCallback
    {
        public void OnStarted(TrainingStarted training) => started.Add(training);
    }
}
