using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Conformance;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Areas over the same rows are those of each metric by itself, to the last bit, in however many passes.</summary>
[Collection(nameof(AloneInTheProcess))]
[Trait("Spec", "C1")]
public sealed class RankedRowsTests
{
    private const int Classes = 5;
    private const int Rows = 200;
    private const long ThreeOfFive = Rows * 3 * 4 * 4 / 3; // three quarters are for outputs of 4 bytes

    private static readonly PerClassMetric[] Metrics =
    [
        new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve(), new AreaUnderRocCurve { Averaging = Averaging.Weighted },
        new AreaUnderRocCurve { Averaging = Averaging.Worst }, new AreaUnderPrecisionRecallCurve { Class = 3 },
    ];

    [Theory]
    [InlineData(1 << 20, 1, false)]
    [InlineData(1 << 20, 1, true)]
    [InlineData(ThreeOfFive, 2, true)] // 5 classes do not fit, 2 and then 3 do
    [InlineData(1, 5, true)]
    public void Values_are_those_of_each_metric_by_itself_in_however_many_passes(long bytes, int passes, bool isWeighted)
    {
        (float[] Outputs, int Label, double Weight)[] rows = OfClasses(isWeighted);
        RankedRows ranked = RankedRows.OfClasses(Metrics, Classes, memory: new RankedMemory(bytes));
        Assert.Equal(passes, Measure(ranked, () =>
        {
            foreach ((float[] outputs, int label, double weight) in rows)
                ranked.Add(outputs, label, weight);
        }));
        foreach ((int i, PerClassMetric metric) in Metrics.Index())
        {
            MetricOfRows alone = MetricOfRows.OfClasses(metric, Classes);
            foreach ((float[] outputs, int label, double weight) in rows)
                alone.Add(outputs, label, weight);
            Assert.Equal(alone.Value, ranked.ValueOf(i));
            for (int index = 0; metric.Class is null && index < Classes; index++)
                Assert.Equal(alone.ValueOfClass(index), ranked.ValueOfClass(i, index));
        }
    }

    [Fact]
    public void Labels_may_be_missing()
    {
        var random = new Random(3);
        (float[] Outputs, float[] Targets)[] rows = [.. Enumerable.Range(0, Rows).Select(_ => (
            Enumerable.Range(0, 3).Select(_ => random.Next(20) / 20f).ToArray(),
            Enumerable.Range(0, 3).Select(label => label == 2 || random.Next(4) == 0 ? float.NaN : random.Next(2)).ToArray()))];
        RankedRows ranked = RankedRows.OfLabels(Metrics[..2], 3, memory: new RankedMemory(Rows * 8 * 4 / 3));
        Assert.Equal(3, Measure(ranked, () =>
        {
            foreach ((float[] outputs, float[] targets) in rows)
                ranked.Add(outputs, targets);
        }));
        for (int i = 0; i < 2; i++)
        {
            var alone = new MetricOfRows(Metrics[i], 3);
            foreach ((float[] outputs, float[] targets) in rows)
                alone.Add(outputs, targets);
            Assert.Equal(alone.Value, ranked.ValueOf(i));
            Assert.Equal(alone.ValueOfClass(0), ranked.ValueOfClass(i, 0));
            Assert.Equal(double.NaN, ranked.ValueOfClass(i, 2));
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(Classes, 1)]
    [InlineData(Classes, 2)]
    public void Samples_are_measured_as_their_rows_would_be(int outputs, int passes)
    {
        (float[] Outputs, int Label, double Weight)[] rows = [.. OfClasses(isWeighted: true).Select(row =>
            (row.Outputs[..outputs], outputs == 1 ? row.Label % 2 : row.Label, row.Weight))];
        PerClassMetric[] metrics = outputs == 1
            ? [new AreaUnderRocCurve { Class = 0 }, new AreaUnderPrecisionRecallCurve()]
            : Metrics;
        var resampling = new RowResampling(10, new CounterRandom(5));
        var memory = new RankedMemory(passes == 1 ? 1 << 20 : outputs == 1 ? 1 : ThreeOfFive);
        RankedRows ranked = RankedRows.OfClasses(metrics, outputs, resampling, memory);
        Assert.Equal(passes, Measure(ranked, () =>
        {
            foreach ((float[] said, int label, double weight) in rows)
                ranked.Add(said, label, weight);
        }));
        var times = new int[rows.Length];
        for (int sample = 0; sample < resampling.Samples; sample++)
        {
            resampling.Draw(sample, times);
            Assert.Equal(rows.Length, times.Sum());
            foreach ((int i, PerClassMetric metric) in metrics.Index())
            {
                MetricOfRows alone = MetricOfRows.OfClasses(metric, outputs);
                foreach ((int row, (float[] said, int label, double weight)) in rows.Index().Where(at => times[at.Index] > 0))
                    alone.Add(said, label, weight * times[row]);
                Assert.Equal(alone.Value, ranked.ValueOfSample(i, sample));
            }
        }
    }

    [Fact]
    public void An_output_takes_four_bytes_and_no_more_than_the_bound_is_kept()
    {
        const int classes = 100, rows = 5000;
        RankedRows ranked = RankedRows.OfClasses(Metrics[..2], classes), bounded = RankedRows.OfClasses(
            Metrics[..2], classes, memory: new RankedMemory(50_000 * 4 * 4 / 3));
        var outputs = new float[classes];
        Assert.InRange(KeptBy(ranked), 4L * classes * rows, 4L * classes * rows + (1 << 18) + 32L * rows);
        Assert.InRange(KeptBy(bounded), 0, 4L * 50_000 + (1 << 18) + 32L * rows);

        long KeptBy(RankedRows one)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int row = 0; row < rows; row++)
            {
                outputs[row % classes] = row;
                one.Add(outputs, row % classes);
            }

            long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(one);
            return kept;
        }
    }

    [Fact]
    public void What_cannot_be_ranked_is_refused()
    {
        Assert.Equal(
            "The metric F1 is not of the order of outputs; use MetricOfRows. (Parameter 'metrics')",
            Assert.Throws<ArgumentException>(() => RankedRows.OfClasses([new F1()], 3)).Message);
        RankedRows ranked = RankedRows.OfClasses(Metrics, Classes, memory: new RankedMemory(1));
        Assert.Equal(
            "A row must have 5 outputs but there are 2; give as many. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => ranked.Add([1, 2], 0)).Message);
        Assert.Equal(
            "A label must be in [0, 4] but is 5; remove rows whose class is unknown. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => ranked.Add(new float[5], 5)).Message);
        Assert.Equal(
            "A row is of one class but there are 5 targets; give its label. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => ranked.Add(new float[5], new float[5])).Message);
        Assert.Equal(
            "A row has 5 targets but there is one label; give the targets. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => RankedRows.OfLabels(Metrics, Classes).Add(new float[5], 1)).Message);
        Assert.Equal(
            "Outputs must be numbers but output 0 is NaN; remove rows without a prediction. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => ranked.Add([float.NaN, 0, 0, 0, 0], 0)).Message);
        Assert.Equal(
            "The bytes of RankedMemory must be at least 1 but are 0; use OfMachine(). (Parameter 'bytes')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RankedMemory(0)).Message);
        ranked.Add(new float[5], 0);
        Assert.True(ranked.EndPass());
        Assert.Equal(
            "There were 1 rows in the first pass but 0 in another; add the same rows.",
            Assert.Throws<InvalidOperationException>(() => ranked.EndPass()).Message);
    }

    [Fact]
    public void Values_are_there_after_the_last_pass_and_rows_are_not_added_after_it()
    {
        const string notYet = "The rows are not measured yet; add all of them, and again until EndPass returns false.";
        const string ended = "The last pass has ended, or one was ended by an exception; begin other RankedRows.";
        RankedRows ranked = RankedRows.OfClasses(
            [new AreaUnderRocCurve { Class = 1 }, new AreaUnderPrecisionRecallCurve { Class = 3 }], Classes,
            new RowResampling(10, new CounterRandom(5)), new RankedMemory(1));
        Add();
        foreach (Func<double> value in (Func<double>[])[() => ranked.ValueOf(0), () => ranked.ValueOfClass(0, 1), () => ranked.ValueOfSample(0, 0)])
            Assert.Equal(notYet, Assert.Throws<InvalidOperationException>(() => value()).Message);
        Assert.True(ranked.EndPass());
        Assert.Equal(notYet, Assert.Throws<InvalidOperationException>(() => ranked.ValueOf(0)).Message);
        Add();
        Assert.False(ranked.EndPass());
        double found = ranked.ValueOf(0);
        Assert.Equal(1, found);
        Assert.Equal(ended, Assert.Throws<InvalidOperationException>(() => ranked.EndPass()).Message);
        Assert.Equal(ended, Assert.Throws<InvalidOperationException>(Add).Message);
        Assert.Equal(found, ranked.ValueOf(0));
        Assert.Equal(
            "A metric must be in [0, 1] but is 99; they are counted from 0. (Parameter 'metric')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ranked.ValueOf(99)).Message);
        Assert.Equal(
            "A metric must be in [0, 1] but is -1; they are counted from 0. (Parameter 'metric')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ranked.ValueOfSample(-1, 0)).Message);
        Assert.Equal(
            "A sample must be in [0, 9] but is 10000; they are counted from 0. (Parameter 'sample')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ranked.ValueOfSample(0, 10_000)).Message);
        Assert.Equal(
            "Class 2 is not measured; classes are counted from 0. (Parameter 'index')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ranked.ValueOfClass(0, 2)).Message);
        RankedRows unsampled = RankedRows.OfClasses(Metrics, Classes);
        Assert.Equal(
            "No samples are drawn; give a RowResampling.", Assert.Throws<InvalidOperationException>(() => unsampled.ValueOfSample(0, 0)).Message);

        void Add()
        {
            ranked.Add([0, 1, 0, 0, 0], 1);
            ranked.Add([0, 0, 0, 1, 0], 3);
        }
    }

    [Fact]
    public void Samples_take_no_more_memory_for_more_classes()
    {
        const int classes = 100, samples = 20_000;
        PerClassMetric[] metrics = [new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve()];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        RankedRows ranked = RankedRows.OfClasses(metrics, classes, new RowResampling(samples, new CounterRandom(1)));
        // With numbers for each class it would be 48 MB or more.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1, 2 * metrics.Length * samples * 24L);
        GC.KeepAlive(ranked);
    }

    [Fact]
    public void Sorting_keeps_within_the_memory()
    {
        const int classes = 32, rows = 20_000;
        const long bytes = rows * (3 * 4 + 16L); // some outputs, and one thread
        RankedRows ranked = RankedRows.OfClasses(Metrics[..2], classes, memory: new RankedMemory(bytes));
        var outputs = new float[classes];
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0;
        int passes = Measure(ranked, () =>
        {
            for (int row = 0; row < rows; row++)
            {
                outputs[row % classes] = row * 7 % 1001;
                ranked.Add(outputs, row % classes, 1 + row % 2);
            }
        }, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before));
        Assert.InRange(passes, 2, classes);
        Assert.InRange(most, 1, bytes + 24L * rows + (1 << 18));
    }

    [Theory]
    [InlineData(1_000_000 * 16L * 3, 1_000_000, 64, 3)]
    [InlineData(1_000_000 * 16L - 1, 1_000_000, 64, 1)]
    [InlineData(-5, 1_000_000, 64, 1)]
    [InlineData(long.MaxValue, 1, 64, 64)]
    [InlineData(100, 0, 4, 4)]
    public void As_many_threads_sort_as_fit_and_at_least_one(long free, int rows, int processors, int expected) =>
        Assert.Equal(expected, RankedMemory.ThreadsFor(free, rows, processors));

    [Fact]
    public void Rows_that_share_a_memory_keep_within_it_together()
    {
        const int classes = 10, rows = 3000, sharers = 4;
        const long bytes = 1 << 18;
        var memory = new RankedMemory(bytes);
        var outputs = new float[classes];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        RankedRows[] all = [.. Enumerable.Range(0, sharers).Select(_ => RankedRows.OfClasses(Metrics[..2], classes, memory: memory))];
        bool[] areDone = new bool[sharers];
        int passes = 0;
        do
        {
            foreach ((int i, RankedRows one) in all.Index().Where(one => !areDone[one.Index]))
            {
                Array.Clear(outputs);
                for (int row = 0; row < rows; row++)
                {
                    outputs[row % classes] = row * (i + 3) % 1001;
                    one.Add(outputs, row % classes);
                }
            }

            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1, bytes + 24L * rows * sharers + sharers * (1 << 16));
            passes++;
            for (int i = 0; i < sharers; i++)
                areDone[i] = areDone[i] || !all[i].EndPass();
        }
        while (areDone.Contains(false));
        Assert.InRange(passes, 2, 10);
        for (int i = 0; i < sharers; i++)
        {
            MetricOfRows alone = MetricOfRows.OfClasses(Metrics[0], classes);
            Array.Clear(outputs);
            for (int row = 0; row < rows; row++)
            {
                outputs[row % classes] = row * (i + 3) % 1001;
                alone.Add(outputs, row % classes);
            }

            Assert.Equal(alone.Value, all[i].ValueOf(0));
        }
    }

    [Fact]
    public void The_memory_of_the_machine_is_an_eighth_and_at_least_128_megabytes() =>
        Assert.Equal(
            Math.Max(128L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8), RankedMemory.OfMachine().Bytes);

    [Fact]
    public void What_ends_it_is_thrown_as_it_is()
    {
        RankedRows ranked = RankedRows.OfClasses(Metrics, Classes);
        ranked.Add(new float[5], 0);
        Assert.Throws<OperationCanceledException>(() => ranked.EndPass(() => throw new OperationCanceledException()));
    }

    [Fact]
    public void A_condensed_row_counts_as_the_row_itself()
    {
        (float[] Outputs, int Label, double Weight)[] rows = OfClasses(isWeighted: true);
        foreach (Metric metric in
            new Metric[] { new TopKAccuracy { K = 2 }, new LogLoss(), new BrierScore(), new ExpectedCalibrationError(), new Accuracy() })
        {
            MetricOfRows direct = MetricOfRows.OfClasses(metric, Classes), condensed = MetricOfRows.OfClasses(metric, Classes);
            var numbers = new double[condensed.CondensedLength];
            Assert.InRange(numbers.Length, 1, 2);
            foreach ((float[] outputs, int label, double weight) in rows)
            {
                direct.Add(outputs, label, weight);
                condensed.Condense(outputs, label, numbers);
                condensed.AddCondensed(numbers, weight);
            }

            Assert.Equal(direct.Value, condensed.Value);
        }
    }

    [Fact]
    public void Rows_that_cannot_be_condensed_or_were_not_are_refused()
    {
        MetricOfRows loss = MetricOfRows.OfClasses(new LogLoss(), Classes);
        var one = new double[1];
        Assert.Equal(
            "A row must have 5 outputs but there are 2; give as many. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => loss.Condense([0.5f, 0.5f], 0, one)).Message);
        Assert.Equal(
            "A label must be in [0, 4] but is -1; remove rows whose class is unknown. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => loss.Condense(new float[5], -1, one)).Message);
        Assert.Equal(
            "Probabilities must be in [0, 1] but output 1 is 2; give probabilities, or measure a metric that does not read them. "
            + "(Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => loss.Condense([0, 2, 0, 0, 0], 0, one)).Message);
        Assert.Equal(
            "A condensed row must have 1 numbers but there are 2; give as many. (Parameter 'condensed')",
            Assert.Throws<ArgumentException>(() => loss.Condense(new float[5], 0, new double[2])).Message);
        Assert.Equal(
            "A condensed row must have 1 numbers but there are 0; give as many. (Parameter 'condensed')",
            Assert.Throws<ArgumentException>(() => loss.AddCondensed([], 1)).Message);
        Assert.Equal(
            "The weight of a row must be above 0 and finite but is NaN; remove rows of weight 0. (Parameter 'weight')",
            Assert.Throws<ArgumentException>(() => loss.AddCondensed([1], double.NaN)).Message);
        Assert.Equal(
            "The bin of a condensed row must be in [0, 9] but is 1000; add what Condense wrote. (Parameter 'condensed')",
            Assert.Throws<ArgumentException>(
                () => MetricOfRows.OfClasses(new ExpectedCalibrationError { Bins = 10 }, Classes).AddCondensed([1000, 1], 1)).Message);
        foreach (MetricOfRows other in (MetricOfRows[])[new MetricOfRows(new RSquared(), 1), MetricOfRows.OfClasses(new AreaUnderRocCurve(), 3)])
        {
            Assert.Equal(0, other.CondensedLength);
            Assert.Equal(
                "A row cannot be condensed for this metric; add the row itself.",
                Assert.Throws<InvalidOperationException>(() => other.Condense(new float[3], 0, [])).Message);
            Assert.Equal(
                "A row cannot be condensed for this metric; add the row itself.",
                Assert.Throws<InvalidOperationException>(() => other.AddCondensed([], 1)).Message);
        }
    }

    private static int Measure(RankedRows ranked, Action addRows, Action? check = null)
    {
        int passes = 0;
        do
        {
            addRows();
            passes++;
        }
        while (ranked.EndPass(check));
        return passes;
    }

    // With ties; the last class is rare.
    private static (float[] Outputs, int Label, double Weight)[] OfClasses(bool isWeighted)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Rows).Select(i => (
            Enumerable.Range(0, Classes).Select(_ => random.Next(30) / 40f).ToArray(),
            i == 7 ? 4 : random.Next(4), isWeighted ? random.Next(1, 9) / 7.0 : 1))];
    }
}
