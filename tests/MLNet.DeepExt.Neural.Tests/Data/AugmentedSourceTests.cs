using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

[Trait("Spec", "B2")]
public sealed class AugmentedSourceTests
{
    private static readonly AugmentationRecipe Noise = Augment.Noise(0.1f);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_epoch_brings_every_row_once_as_its_source_does_and_the_same_with_any_number_of_threads(int threads)
    {
        var random = new Random(1);
        for (int sample = 0; sample < 60; sample++)
        {
            int rows = random.Next(1, 400), batchSize = random.Next(1, 120);
            LabeledRows data = Clusters.Rows(rows, weighted: true);
            AugmentationRecipe recipe = Noise.SwapNoise(0.3f).MixUp(0.4f, probability: 0.5);
            using BatchSource plain = Memory(data, batchSize), one = Of(Memory(data, batchSize), recipe, 0), other = Of(Memory(data, batchSize), recipe, threads);
            Assert.Equal((plain.Rows, plain.Batches, plain.MaximumBatch), (other.Rows, other.Batches, other.MaximumBatch));
            for (int epoch = 1; epoch <= 2; epoch++)
            {
                List<Sample> expected = Read(one, epoch), actual = Read(other, epoch);
                Assert.Equal(Read(plain, epoch).Select(row => row.Id), actual.Select(row => row.Id));
                Assert.Equal(expected.Select(row => row.ToString()), actual.Select(row => row.ToString()));
            }
        }
    }

    [Fact]
    public void What_becomes_of_a_row_does_not_depend_on_the_rows_beside_it()
    {
        LabeledRows data = Clusters.Rows(300);
        using BatchSource some = Of(Memory(data, 32), Noise, 0), more = Of(Memory(data, 100, seed: 9), Noise, 1);
        Assert.Equal(
            Read(some, 3).OrderBy(row => row.Id).Select(row => row.ToString()), Read(more, 3).OrderBy(row => row.Id).Select(row => row.ToString()));
        Assert.NotEqual(
            Read(some, 3).OrderBy(row => row.Id).Select(row => row.ToString()), Read(more, 4).OrderBy(row => row.Id).Select(row => row.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rows_that_stream_by_are_augmented_as_those_in_memory(int threads)
    {
        LabeledRows data = Clusters.Rows(250, weighted: true);
        AugmentationRecipe recipe = Noise.MixUp(1);
        using BatchSource memory = Of(Memory(data, 30), recipe, threads), stream = Of(Stream(new RowsStream(data), 30, 250), recipe, threads);
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.Equal(Read(memory, epoch).Select(row => row.ToString()), Read(stream, epoch).Select(row => row.ToString()));
        using BatchSource small = Of(Stream(new RowsStream(data), 30, 40), recipe, threads), same = Of(Stream(new RowsStream(data), 30, 40), recipe, 0);
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.Equal(Read(same, epoch).Select(row => row.ToString()), Read(small, epoch).Select(row => row.ToString()));
    }

    [Fact]
    public void Mixed_rows_cost_the_share_of_each_and_their_targets_and_weights_say_so()
    {
        LabeledRows data = Clusters.Rows(200, weighted: true);
        using BatchSource plain = Memory(data, 40), mixed = Of(Memory(data, 40), Augment.MixUp(1), 0);
        List<Sample> before = Read(plain, 1), after = Read(mixed, 1);
        int changed = 0;
        for (int i = 0; i < before.Count; i++)
        {
            // Which other row it was, and how much of it, is found by the features.
            Sample[] batch = [.. before.Skip(i / 40 * 40).Take(40)];
            (Sample other, double share) = batch.Select(candidate => (candidate, ShareOf(before[i], candidate, after[i]))).First(pair => !double.IsNaN(pair.Item2));
            if (other.Id != before[i].Id)
                changed++;
            double weight = share * before[i].Weight + (1 - share) * other.Weight;
            Assert.Equal(weight, after[i].Weight, 1e-5);
            for (int label = 0; label < Clusters.Classes; label++)
            {
                double cost = share * before[i].Weight * (before[i].Class == label ? 1 : 0) + (1 - share) * other.Weight * (other.Class == label ? 1 : 0);
                Assert.Equal(cost, after[i].Weight * after[i].Values[label], 1e-5);
            }
        }

        Assert.InRange(changed, 180, 200);
    }

    [Fact]
    public void Targets_that_are_numbers_are_mixed_and_a_missing_one_stays_missing()
    {
        float[] features = [.. Enumerable.Range(0, 100).Select(i => i * 1f)], targets = [.. features.SelectMany(x => new[] { 2 * x, x == 7 ? float.NaN : -x })];
        var data = new LabeledRows(new DenseRows(1, features), targetWidth: 2, targets);
        using BatchSource mixed = Of(Memory(data, 25), Augment.MixUp(1), 0, outputs: 2);
        List<Sample> rows = Read(mixed, 1);
        Assert.All(rows, row => Assert.Equal(2 * row.Features[0], row.Values[0], 1e-3f));
        Assert.All(rows, row => Assert.True(float.IsNaN(row.Values[1]) || Math.Abs(row.Values[1] + row.Features[0]) < 1e-3f, row.ToString()));
        Assert.InRange(rows.Count(row => float.IsNaN(row.Values[1])), 1, 5);
    }

    [Fact]
    public void A_yes_or_no_becomes_a_probability()
    {
        var data = new LabeledRows(1, [.. Enumerable.Range(0, 60).Select(i => (float)(i % 2))], [.. Enumerable.Range(0, 60).Select(i => i % 2)]);
        using BatchSource mixed = Of(Memory(data, 20), Augment.MixUp(1), 0, outputs: 1);
        Assert.Equal(1, mixed.TargetWidth);
        Assert.All(Read(mixed, 1), row => Assert.Equal(row.Features[0], row.Values[0], 1e-5f));
    }

    [Fact]
    public void Noise_leaves_categories_alone_and_swaps_take_them_as_one()
    {
        // A number, three slots of a category, two numbers, two slots of another one.
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, 400).SelectMany(row => new[] { row / 400f }
            .Concat(OneHot(random.Next(3), 3)).Concat([random.NextSingle(), random.NextSingle()]).Concat(OneHot(random.Next(2), 2)))];
        var data = new LabeledRows(8, features, new int[400]);
        AugmentationRecipe categories = AugmentationRecipe.Empty with { Categories = [new SlotRange(1, 3), new SlotRange(6, 2)] };
        using BatchSource plain = Memory(data, 50);
        using BatchSource noisy = Of(Memory(data, 50), categories.Noise(0.1f), 0), swapped = Of(Memory(data, 50), categories.SwapNoise(0.4f), 0);
        List<Sample> before = Read(plain, 1), withNoise = Read(noisy, 1), withSwaps = Read(swapped, 1);
        int[] numbers = [0, 4, 5], slots = [1, 2, 3, 6, 7];
        for (int i = 0; i < before.Count; i++)
        {
            Assert.All(slots, slot => Assert.Equal(before[i].Features[slot], withNoise[i].Features[slot]));
            Assert.All(numbers, slot => Assert.NotEqual(before[i].Features[slot], withNoise[i].Features[slot]));
            Assert.Equal((1f, 1f), (withSwaps[i].Features[1..4].Sum(), withSwaps[i].Features[6..].Sum()));
            Assert.Equal(before[i].Class, withSwaps[i].Class);
        }

        // Of three values a third of the swaps gives the same, so count numbers, which all differ.
        double share = before.Zip(withSwaps).Average(pair => numbers.Count(slot => pair.First.Features[slot] != pair.Second.Features[slot]) / 3.0);
        Assert.Equal(0.4, share, 0.05);
        HashSet<float> known = [.. before.Select(row => row.Features[0])];
        Assert.All(withSwaps, row => Assert.Contains(row.Features[0], known));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_goes_wrong_in_a_stream_comes_out_after_the_rows_before_it(int threads)
    {
        LabeledRows data = Clusters.Rows(200);
        var stream = new RowsStream(data) { OnRow = (opening, row) => { if (opening == 2 && row == 120) throw new IOException("The disk is gone."); } };
        using BatchSource source = Of(Stream(stream, 20, 20), Noise, threads);
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(1);
        int rows = 0;
        IOException exception = Assert.Throws<IOException>(() =>
        {
            while (source.MoveNext(batch))
            {
                source.Gather(batch, 0, batch.Rows);
                rows += batch.Rows;
            }
        });
        Assert.Equal("The disk is gone.", exception.Message);
        Assert.InRange(rows, 80, 120);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_epoch_can_be_left_at_any_time_and_everything_ended(int threads)
    {
        LabeledRows data = Clusters.Rows(500);
        await Task.Run(() =>
        {
            for (int left = 0; left < 12; left++)
            {
                var stream = new RowsStream(data);
                BatchSource source = Of(left % 2 == 0 ? Memory(data, 20) : Stream(stream, 20, 60), Noise, threads);
                Batch<float> batch = source.CreateBatch();
                for (int epoch = 1; epoch <= 2; epoch++)
                {
                    source.BeginEpoch(epoch);
                    for (int i = 0; i < left && source.MoveNext(batch); i++)
                        source.Gather(batch, 0, batch.Rows);
                }

                Assert.Equal(
                    Read(Of(Memory(data, 20), Noise, 0), 1).Where(_ => left % 2 == 0).Select(row => row.ToString()),
                    Read(source, 1).Where(_ => left % 2 == 0).Select(row => row.ToString()));
                source.Dispose();
                Assert.Equal(0, stream.OpenReaders);
            }
        }, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nothing_waits_for_rows_that_do_not_come_once_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var stream = new RowsStream(Clusters.Rows(100)) { OnRow = (opening, row) => { if (opening == 2 && row == 50) gate.Wait(TestContext.Current.CancellationToken); } };
        BatchSource source = Of(Stream(stream, 10, 10, cancel.Token), Noise, 1);
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(1);
        Task<int> reading = Task.Run(() =>
        {
            int rows = 0;
            while (source.MoveNext(batch))
                rows += batch.Rows;
            return rows;
        }, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        Assert.InRange(await reading.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), 0, 50);
        gate.Set();
        source.Dispose();
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        LabeledRows data = Clusters.Rows(4000);
        using BatchSource source = Of(Memory(data, 40), Noise.SwapNoise(0.2f).MixUp(0.2f), 0);
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(1);
        Assert.Equal(0, Allocation.AfterWarmUp(
            () =>
            {
                if (source.MoveNext(batch))
                    source.Gather(batch, 0, batch.Rows);
            },
            times: 15));
    }

    private static float[] OneHot(int value, int count) => [.. Enumerable.Range(0, count).Select(i => i == value ? 1f : 0)];

    private static double ShareOf(Sample own, Sample other, Sample mixed)
    {
        if (own.Id == other.Id)
            return own.Features.Zip(mixed.Features).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5) ? 1 : double.NaN;
        int widest = Enumerable.Range(0, own.Features.Length).MaxBy(i => Math.Abs(own.Features[i] - other.Features[i]));
        double share = (mixed.Features[widest] - (double)other.Features[widest]) / (own.Features[widest] - (double)other.Features[widest]);
        bool fits = Enumerable.Range(0, own.Features.Length).All(i => Math.Abs(share * own.Features[i] + (1 - share) * other.Features[i] - mixed.Features[i]) < 1e-4);
        return fits && share is >= -1e-4 and <= 1.0001 ? share : double.NaN;
    }

    private static MemoryBatchSource Memory(LabeledRows data, int batchSize, ulong seed = 1) =>
        new(data, [.. Enumerable.Range(0, data.Count)], batchSize, new CounterRandom(seed));

    private static ShuffledStreamSource Stream(RowsStream stream, int batchSize, int bufferRows, CancellationToken cancellationToken = default)
    {
        var rows = new StreamRows { Stream = stream, Name = "training", Check = new TargetCheck(new SoftmaxCrossEntropy(), Clusters.Classes) };
        return new ShuffledStreamSource(rows.Counted(CancellationToken.None), batchSize, bufferRows, new CounterRandom(1), cancellationToken);
    }

    private static AugmentedSource Of(BatchSource source, AugmentationRecipe recipe, int threads, int outputs = Clusters.Classes) =>
        new(source, recipe, outputs, mixesCosts: true, new CounterRandom(5), threads);

    private static List<Sample> Read(BatchSource source, int epoch)
    {
        var rows = new List<Sample>();
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(epoch);
        while (source.MoveNext(batch))
        {
            int half = batch.Rows / 2;
            source.Gather(batch, 0, half);
            source.Gather(batch, half, batch.Rows);
            for (int row = 0; row < batch.Rows; row++)
            {
                rows.Add(new Sample(
                    batch.RowIds[row], batch.Weights[row], ((DenseBlock<float>)batch.Inputs).Row(row).ToArray(),
                    batch.Target.Values is { } values ? values.Row(row).ToArray() : [], batch.Target.Values is null ? batch.Target.Classes[row] : -1));
            }
        }

        return rows;
    }

    private sealed record Sample(long Id, float Weight, float[] Features, float[] Values, int Class)
    {
        public override string ToString() => FormattableString.Invariant(
            $"{Id} {Weight:R} {string.Join(' ', Features.Select(BitConverter.SingleToInt32Bits))} {string.Join(' ', Values.Select(BitConverter.SingleToInt32Bits))} {Class}");
    }
}
