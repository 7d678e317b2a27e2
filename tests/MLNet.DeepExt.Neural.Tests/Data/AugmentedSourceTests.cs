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
            using BatchSource plain = Memory(data, batchSize), one = Of(Memory(data, batchSize), recipe, 0);
            using BatchSource other = Of(Memory(data, batchSize), recipe, threads);
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
        Assert.Equal(ByRow(some, 3), ByRow(more, 3));
        Assert.NotEqual(ByRow(some, 3), ByRow(more, 4));

        static string[] ByRow(BatchSource source, int epoch) =>
            [.. Read(source, epoch).OrderBy(row => row.Id).Select(row => row.ToString())];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Batches_that_are_passed_over_leave_the_others_as_they_are(int threads)
    {
        // As where a training is resumed in an epoch: batches go by before anybody has augmented them.
        LabeledRows data = Clusters.Rows(600);
        AugmentationRecipe slow = Augment.Noise(0.1f).Noise(0.1f).Noise(0.1f).Noise(0.1f).Noise(0.1f).MixUp(0.5f);
        using BatchSource whole = Of(Memory(data, 20), slow, 0), skipping = Of(Memory(data, 20), slow, threads);
        Batch<float> batch = skipping.CreateBatch();
        for (int epoch = 1; epoch <= 20; epoch++)
        {
            List<Sample> expected = Read(whole, epoch);
            skipping.BeginEpoch(epoch);
            int passed = epoch % 25;
            for (int i = 0; i < passed; i++)
                Assert.True(skipping.MoveNext(batch));
            Assert.Equal(expected.Skip(20 * passed).Select(row => row.ToString()), ReadRest(skipping).Select(row => row.ToString()));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rows_that_stream_by_are_augmented_as_those_in_memory(int threads)
    {
        LabeledRows data = Clusters.Rows(250, weighted: true);
        AugmentationRecipe recipe = Noise.MixUp(1);
        using BatchSource memory = Of(Memory(data, 30), recipe, threads);
        using BatchSource stream = Of(Stream(new RowsStream(data), 30, 250), recipe, threads);
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.Equal(Read(memory, epoch).Select(row => row.ToString()), Read(stream, epoch).Select(row => row.ToString()));
        using BatchSource small = Of(Stream(new RowsStream(data), 30, 40), recipe, threads);
        using BatchSource same = Of(Stream(new RowsStream(data), 30, 40), recipe, 0);
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
            (Sample other, double share) = batch.Select(candidate => (candidate, ShareOf(before[i], candidate, after[i])))
                .First(pair => !double.IsNaN(pair.Item2));
            if (other.Id != before[i].Id)
                changed++;
            double weight = share * before[i].Weight + (1 - share) * other.Weight;
            Assert.Equal(weight, after[i].Weight, 1e-5);
            for (int label = 0; label < Clusters.Classes; label++)
            {
                double cost = (before[i].Class == label ? share * before[i].Weight : 0)
                    + (other.Class == label ? (1 - share) * other.Weight : 0);
                Assert.Equal(cost, after[i].Weight * after[i].Values[label], 1e-5);
            }
        }

        Assert.InRange(changed, 180, 200);
    }

    [Fact]
    public void Numbers_lie_on_the_line_between_two_rows_whatever_they_weigh_and_the_larger_part_says_whether_one_is_missing()
    {
        const int missing = 7;
        float[] features = [.. Enumerable.Range(0, 100).Select(i => (float)i)];
        float[] targets = [.. features.SelectMany(x => new[] { 2 * x, x == missing ? float.NaN : -x })];
        float[] weights = [.. features.Select(x => 1 + x % 5)];
        var data = new LabeledRows(new DenseRows(1, features), targetWidth: 2, targets, weights);
        using BatchSource mixed = Of(Memory(data, 25), Augment.MixUp(1), 0, outputs: 2, mixesCosts: false);
        int alone = 0;
        for (int epoch = 1; epoch <= 40; epoch++)
        {
            foreach (Sample row in Read(mixed, epoch))
            {
                Assert.Equal(2 * row.Features[0], row.Values[0], 1e-3f);
                bool isLine = Math.Abs(row.Values[1] + row.Features[0]) < 1e-3f;
                if (row.Id == missing)
                    alone += isLine ? 0 : 1;
                else
                    Assert.True(isLine || float.IsNaN(row.Values[1]) || row.Values[1] == -row.Id, row.ToString());
            }
        }

        // The row that lacks it: half of the times another one is the larger part, whose number it then has.
        Assert.InRange(alone, 30, 40);
    }

    [Fact]
    public void A_label_that_the_other_row_lacks_stays_where_the_other_one_is_the_smaller_part()
    {
        // Of labels of which four in five are missing, as many are known after as before.
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, 2000).Select(_ => random.NextSingle())];
        float[] labels = [.. features.Select(_ => random.Next(5) == 0 ? (float)random.Next(2) : float.NaN)];
        var data = new LabeledRows(new DenseRows(1, features), targetWidth: 1, labels);
        using BatchSource mixed = Of(Memory(data, 50), Augment.MixUp(0.2f), 0, outputs: 1);
        double before = labels.Count(label => !float.IsNaN(label)), after = Read(mixed, 1).Count(row => !float.IsNaN(row.Values[0]));
        Assert.InRange(after / before, 0.8, 1.25);
    }

    public static TheoryData<string> LossesOfShares => ["softmax", "smoothed", "binary"];

    [Theory, MemberData(nameof(LossesOfShares))]
    public void The_cost_of_a_mixed_row_is_the_sum_of_the_costs_of_its_parts(string name)
    {
        (Loss loss, int outputs) = name switch
        {
            "softmax" => (new SoftmaxCrossEntropy(), Clusters.Classes),
            "smoothed" => (new SoftmaxCrossEntropy { LabelSmoothing = 0.2 }, Clusters.Classes),
            _ => ((Loss)new BinaryCrossEntropy(), 1),
        };
        LabeledRows clusters = Clusters.Rows(120, weighted: true);
        int[] classes = [.. clusters.Classes.Select(label => Math.Min(label, outputs == 1 ? 1 : label))];
        var data = new LabeledRows(Clusters.Width, clusters.DenseFeatures(), classes, clusters.Weights);
        using BatchSource plain = Memory(data, 30), mixed = Of(Memory(data, 30), Augment.MixUp(1), 0, outputs);
        List<Sample> before = Read(plain, 1), after = Read(mixed, 1);
        var logits = new DenseBlock<float>(1, outputs);
        for (int i = 0; i < before.Count; i++)
        {
            for (int output = 0; output < outputs; output++)
                logits.Row(0)[output] = MathF.Sin(i + 3 * output) * 2;
            (Sample other, double share) = before.Skip(i / 30 * 30).Take(30)
                .Select(candidate => (candidate, ShareOf(before[i], candidate, after[i]))).First(pair => !double.IsNaN(pair.Item2));
            Target<float> soft = Target<float>.OfValues(1, outputs);
            after[i].Values.CopyTo(soft.Values!.Row(0));
            double parts = share * before[i].Weight * CostOf(before[i].Class) + (1 - share) * other.Weight * CostOf(other.Class);
            Assert.Equal(parts, after[i].Weight * Cost(soft), 1e-4);
        }

        double CostOf(int label)
        {
            Target<float> target = Target<float>.OfClasses(1);
            target.Classes[0] = label;
            return Cost(target);
        }

        double Cost(Target<float> target)
        {
            var costs = new double[1];
            loss.Cost(logits, target, costs, 0, 1);
            return costs[0];
        }
    }

    [Fact]
    public void A_yes_or_no_becomes_a_probability()
    {
        int[] classes = [.. Enumerable.Range(0, 60).Select(i => i % 2)];
        var data = new LabeledRows(1, [.. classes.Select(label => (float)label)], classes);
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
        using BatchSource noisy = Of(Memory(data, 50), categories.Noise(0.1f), 0);
        using BatchSource swapped = Of(Memory(data, 50), categories.SwapNoise(0.4f), 0);
        using BatchSource mixed = Of(Memory(data, 50), categories.MixUp(1), 0);
        List<Sample> before = Read(plain, 1), withNoise = Read(noisy, 1), withSwaps = Read(swapped, 1), withMixes = Read(mixed, 1);
        int[] numbers = [0, 4, 5], slots = [1, 2, 3, 6, 7];
        for (int i = 0; i < before.Count; i++)
        {
            Assert.All(slots, slot => Assert.Equal(before[i].Features[slot], withNoise[i].Features[slot]));
            Assert.All(numbers, slot => Assert.NotEqual(before[i].Features[slot], withNoise[i].Features[slot]));
            Assert.Equal((1f, 1f), (withSwaps[i].Features[1..4].Sum(), withSwaps[i].Features[6..].Sum()));
            Assert.Equal(before[i].Class, withSwaps[i].Class);
            Assert.All(slots, slot => Assert.True(withMixes[i].Features[slot] is 0 or 1));
            Assert.Equal((1f, 1f), (withMixes[i].Features[1..4].Sum(), withMixes[i].Features[6..].Sum()));
        }

        Assert.InRange(before.Zip(withMixes).Count(pair => pair.First.Features[1..4].SequenceEqual(pair.Second.Features[1..4])), 200, 320);

        // Of three values a third of the swaps gives the same, so count numbers, which all differ.
        double share = before.Zip(withSwaps).Average(pair =>
            numbers.Count(slot => pair.First.Features[slot] != pair.Second.Features[slot]) / 3.0);
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
        var stream = new RowsStream(data)
        {
            OnRow = (opening, row) =>
            {
                if (opening == 2 && row == 120)
                    throw new IOException("The disk is gone.");
            },
        };
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
            for (int left = 0; left < 24; left++)
            {
                var stream = new RowsStream(data);
                BatchSource source = Of(left % 2 == 0 ? Memory(data, 20) : Stream(stream, 20, 60), Noise, threads);
                using BatchSource other = Of(left % 2 == 0 ? Memory(data, 20) : Stream(new RowsStream(data), 20, 60), Noise, 0);
                Batch<float> batch = source.CreateBatch();
                for (int epoch = 1; epoch <= 2; epoch++)
                {
                    source.BeginEpoch(epoch);
                    for (int i = 0; i < left && source.MoveNext(batch); i++)
                    {
                        if (left % 3 > 0)
                            source.Gather(batch, 0, batch.Rows);
                    }
                }

                Assert.Equal(Read(other, 1).Select(row => row.ToString()), Read(source, 1).Select(row => row.ToString()));
                source.BeginEpoch(2);
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
        var stream = new RowsStream(Clusters.Rows(100))
        {
            OnRow = (opening, row) =>
            {
                if (opening == 2 && row == 50)
                    gate.Wait(TestContext.Current.CancellationToken);
            },
        };
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
        bool fits = Enumerable.Range(0, own.Features.Length).All(i =>
            Math.Abs(share * own.Features[i] + (1 - share) * other.Features[i] - mixed.Features[i]) < 1e-4);
        return fits && share is >= -1e-4 and <= 1.0001 ? share : double.NaN;
    }

    private static MemoryBatchSource Memory(LabeledRows data, int batchSize, ulong seed = 1) =>
        new(data, [.. Enumerable.Range(0, data.Count)], batchSize, new CounterRandom(seed));

    private static ShuffledStreamSource Stream(
        RowsStream stream, int batchSize, int bufferRows, CancellationToken cancellationToken = default)
    {
        var check = new TargetCheck(new SoftmaxCrossEntropy(), Clusters.Classes);
        StreamRows rows = new StreamRows { Stream = stream, Name = "training", Check = check }.Counted(CancellationToken.None);
        return new ShuffledStreamSource(rows, batchSize, bufferRows, new CounterRandom(1), cancellationToken);
    }

    private static AugmentedSource Of(
        BatchSource source, AugmentationRecipe recipe, int threads, int outputs = Clusters.Classes, bool mixesCosts = true) =>
        new(source, recipe, outputs, mixesCosts, new CounterRandom(5), threads);

    private static List<Sample> Read(BatchSource source, int epoch)
    {
        source.BeginEpoch(epoch);
        return ReadRest(source);
    }

    private static List<Sample> ReadRest(BatchSource source)
    {
        var rows = new List<Sample>();
        Batch<float> batch = source.CreateBatch();
        while (source.MoveNext(batch))
        {
            int half = batch.Rows / 2;
            source.Gather(batch, 0, half);
            source.Gather(batch, half, batch.Rows);
            for (int row = 0; row < batch.Rows; row++)
            {
                DenseBlock<float>? values = batch.Target.Values;
                rows.Add(new Sample(
                    batch.RowIds[row], batch.Weights[row], ((DenseBlock<float>)batch.Inputs).Row(row).ToArray(),
                    values is null ? [] : values.Row(row).ToArray(), values is null ? batch.Target.Classes[row] : -1));
            }
        }

        return rows;
    }

    private sealed record Sample(long Id, float Weight, float[] Features, float[] Values, int Class)
    {
        public override string ToString() => FormattableString.Invariant($"{Id} {Weight:R} {Bits(Features)} {Bits(Values)} {Class}");

        private static string Bits(float[] numbers) => string.Join(' ', numbers.Select(BitConverter.SingleToInt32Bits));
    }
}
