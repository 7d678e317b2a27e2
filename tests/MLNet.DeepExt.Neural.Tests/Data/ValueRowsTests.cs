using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Data;

/// <summary>Targets that are numbers go the way that classes go, from memory and from streams.</summary>
[Trait("Spec", "A2")]
public sealed class ValueRowsTests
{
    private const int Labels = 2;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(20).BatchNorm().Relu().Dense(Labels);

    private static readonly TrainingOptions Options = new() { Seed = 1, BatchSize = 24, MaximumEpochs = 5 };

    [Fact]
    public void Rows_are_read_from_the_array_that_was_given()
    {
        var rows = new LabeledRows(new DenseRows(1, [1, 2, 3, 4]), 2, [1, 2, 3, 4, 5, float.NaN], [1, 0, 2]);
        Assert.Equal((3, 1, 2), (rows.Count, rows.Width, rows.TargetWidth));
        var values = Assert.IsType<ValueRows>(rows.Targets);
        Assert.Equal([3f, 4f], values.Row(1).ToArray());
        Assert.Equal([5f, float.NaN], values.Row(2).ToArray());
        Assert.Equal(0, new LabeledRows(1, [1], [0]).TargetWidth);
    }

    [Fact]
    public void Targets_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new LabeledRows(new DenseRows(1, [1]), 0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>("targetWidth", () => new NumberlessStream());
        Assert.Throws<ArgumentNullException>("targets", () => new LabeledRows(new DenseRows(1, [1]), 1, null!));
        Assert.Throws<ArgumentNullException>("features", () => new LabeledRows(null!, 1, [1]));
        Refused("targets", "There are 5 numbers for targets of 2; give 2 numbers per row.", 3, 2, new float[5]);
        Refused("features", "There are 4 targets for 3 rows of features; give one target per row.", 3, 2, new float[8]);
        Refused("weights", "There are 2 weights for 3 rows; give one weight per row.", 3, 1, new float[3], [1, 1]);
    }

    [Fact]
    public void A_batch_holds_the_numbers_of_its_rows_wherever_they_come_from()
    {
        LabeledRows rows = Labelled(300);
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        StreamRows counted = Streamed(rows).Counted(CancellationToken.None);
        using BatchSource memory = new MemoryBatchSource(rows, all, 32, new CounterRandom(1));
        using BatchSource shuffled = new ShuffledStreamSource(counted, 32, 100, new CounterRandom(1), CancellationToken.None);
        using BatchSource sequential = new SequentialStreamSource(counted, 32, CancellationToken.None);
        foreach (BatchSource source in new[] { memory, shuffled, sequential })
        {
            Batch<float> batch = source.CreateBatch();
            source.BeginEpoch(1);
            int seen = 0;
            while (source.MoveNext(batch))
            {
                source.Gather(batch, 0, batch.Rows / 2);
                source.Gather(batch, batch.Rows / 2, batch.Rows);
                for (int i = 0; i < batch.Rows; i++)
                    Assert.Equal(ValuesOf(rows, (int)batch.RowIds[i]), batch.Target.Values!.Row(i).ToArray());
                seen += batch.Rows;
            }

            Assert.Equal(rows.Count, seen);
        }
    }

    [Fact]
    public void Rows_set_aside_are_a_share_of_all_and_the_same_in_memory_and_in_a_stream()
    {
        LabeledRows rows = Labelled(200);
        (_, int[] heldOut) = StratifiedSplit.Draw([.. Enumerable.Range(0, 200).Select(rows.Targets.StratumOf)], 0.3, new CounterRandom(5));
        Assert.Equal(60, heldOut.Length);
        StreamRows all = Streamed(rows).Counted(CancellationToken.None);
        LabeledRows kept =
            all.Part(new StratifiedSplit(all.RowsOfClass, 0.3, new CounterRandom(5)), heldOut: true).ReadAll(CancellationToken.None);
        Assert.Equal(heldOut.SelectMany(row => ValuesOf(rows, row)), Enumerable.Range(0, 60).SelectMany(row => ValuesOf(kept, row)));
    }

    [Fact]
    public void Training_on_a_stream_is_training_on_the_same_rows_in_memory()
    {
        LabeledRows rows = Labelled(203), validation = Labelled(50, seed: 2);
        Assert.Equal(Learned(Train(rows, null)), Learned(new Trainer(Spec, new BinaryCrossEntropy(), Options).Train(new RowsStream(rows))));
        Assert.Equal(
            Learned(Train(rows, validation)),
            Learned(new Trainer(Spec, new BinaryCrossEntropy(), Options).Train(new RowsStream(rows), new RowsStream(validation))));
    }

    [Fact]
    public void Zeros_and_ones_as_numbers_are_learned_as_classes_are()
    {
        LabeledRows clusters = Clusters.Rows(200);
        int[] classes = [.. clusters.Classes.Select(label => label > 0 ? 1 : 0)];
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(1);
        var trainer = new Trainer(spec, new BinaryCrossEntropy(), Options with { ValidationFraction = 0 });
        Assert.Equal(
            Learned(trainer.Train(new LabeledRows(clusters.Features, classes))),
            Learned(trainer.Train(new LabeledRows(clusters.Features, 1, [.. classes.Select(label => (float)label)]))));
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void What_the_loss_cannot_compare_is_refused(string culture) => Culture.Run(culture, () =>
    {
        LabeledRows threeLabels = Numbers(3, [0, 1, 0]), spoilt = Numbers(Labels, [0, 1, 0, 1.5f, 1, 1]);
        const string three = "The training rows have 3 target values each but the network has 2 outputs; they must be equal. " +
            "(Parameter 'training')";
        Assert.Equal(three, Assert.Throws<ArgumentException>(() => Train(threeLabels, null)).Message);
        Assert.Equal(three, Assert.Throws<ArgumentException>(() => Train(new RowsStream(threeLabels))).Message);
        const string classes = "the network's 2 outputs is an independent binary label; " +
            "end it with one Dense unit, or use SoftmaxCrossEntropy. (Parameter 'validation')";
        Assert.Equal(
            "The validation rows have class 2 but each of " + classes,
            Assert.Throws<ArgumentException>(() => Train(Labelled(9), Clusters.Rows(9))).Message);
        Assert.Equal(
            "The validation rows have classes but each of " + classes,
            Assert.Throws<ArgumentException>(() => Train(new RowsStream(Labelled(9)), new RowsStream(Clusters.Rows(9)))).Message);
        Assert.Equal(
            "Row 1 of the training rows has the target 1.5; it must be in [0, 1], 0 for negative and 1 for positive, or NaN if it is missing. " +
            "(Parameter 'training')",
            Assert.Throws<ArgumentException>(() => Train(spoilt, null)).Message);
        Assert.Equal(
            "Row 1 of the training stream has the target 1.5; it must be in [0, 1], 0 for negative and 1 for positive, or NaN if it is missing.",
            Assert.Throws<InvalidOperationException>(() => Train(new RowsStream(spoilt))).Message);
    });

    [Fact]
    public void The_target_of_a_row_of_weight_zero_is_of_no_interest()
    {
        LabeledRows rows = Numbers(Labels, [0, 1, -7, float.PositiveInfinity, 1, 1], [1, 0, 1]);
        var trainer = new Trainer(Spec, new BinaryCrossEntropy(), Options with { BatchSize = null });
        Assert.Equal(2, trainer.Train(rows).History.TrainingRows);
        Assert.Equal(2, trainer.Train(new RowsStream(rows)).History.TrainingRows);
    }

    [Fact]
    public void Another_target_than_was_counted_is_an_error()
    {
        var stream = new RowsStream(Labelled(100)) { RowAt = (opening, place) => opening == 3 && place == 40 ? 41 : place };
        Assert.Equal(
            "The training stream returned its rows in another order, or with other targets or weights, than when they were counted; " +
            "it must give the same rows in the same order each time that it is read.",
            Assert.Throws<InvalidOperationException>(() => Train(stream)).Message);
    }

    [Fact]
    public void Moving_and_gathering_allocate_nothing()
    {
        using var source = new MemoryBatchSource(Labelled(100), [.. Enumerable.Range(0, 100)], 10, new CounterRandom(1));
        Batch<float> batch = source.CreateBatch();
        int epoch = 0;
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            source.BeginEpoch(++epoch);
            while (source.MoveNext(batch))
                source.Gather(batch, 0, batch.Rows);
        }));
    }

    private static void Refused(string parameter, string message, int rows, int width, float[] targets, float[]? weights = null) =>
        Assert.Equal(
            $"{message} (Parameter '{parameter}')",
            Assert.Throws<ArgumentException>(
                parameter, () => new LabeledRows(new DenseRows(1, new float[rows]), width, targets, weights)).Message);

    // Two soft labels per row.
    private static LabeledRows Labelled(int count, int seed = 1)
    {
        LabeledRows rows = Clusters.Rows(count, seed);
        return new LabeledRows(rows.Features, Labels, [.. rows.Classes.SelectMany((label, row) => new[] { label / 2f, row % 97 / 96f })]);
    }

    private static LabeledRows Numbers(int width, float[] targets, float[]? weights = null) =>
        new(new DenseRows(Clusters.Width, new float[targets.Length / width * Clusters.Width]), width, targets, weights);

    private static float[] ValuesOf(LabeledRows rows, int row) => ((ValueRows)rows.Targets).Row(row).ToArray();

    private static StreamRows Streamed(LabeledRows rows) =>
        new() { Stream = new RowsStream(rows), Name = "training", Check = new TargetCheck(new BinaryCrossEntropy(), Labels) };

    private static TrainingResult Train(LabeledRows training, LabeledRows? validation) =>
        new Trainer(Spec, new BinaryCrossEntropy(), Options).Train(training, validation);

    private static TrainingResult Train(ExampleStream training, ExampleStream? validation = null) =>
        new Trainer(Spec, new BinaryCrossEntropy(), Options).Train(training, validation);

    private static float[] Learned(TrainingResult result) =>
    [
        .. result.Network.Parameters.Slots.SelectMany(result.Network.Parameters.Read),
        .. result.History.Epochs.SelectMany(epoch => new[] { (float)epoch.TrainLoss, (float)(epoch.ValidationLoss ?? -1) }),
    ];

    private sealed class NumberlessStream() : ExampleStream(1, -1)
    {
        public override ExampleReader Open() => throw new NotSupportedException();
    }
}
