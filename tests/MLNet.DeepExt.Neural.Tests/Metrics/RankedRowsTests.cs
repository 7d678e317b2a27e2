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

    private static readonly PerClassMetric[] Metrics =
    [
        new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve(), new AreaUnderRocCurve { Averaging = Averaging.Weighted },
        new AreaUnderRocCurve { Averaging = Averaging.Worst }, new AreaUnderPrecisionRecallCurve { Class = 3 },
    ];

    [Theory]
    [InlineData(1 << 20, 1, false)]
    [InlineData(1 << 20, 1, true)]
    [InlineData(Rows * 3, 2, true)] // 5 classes do not fit, 2 and then 3 do
    [InlineData(1, 5, true)]
    public void Values_are_those_of_each_metric_by_itself_in_however_many_passes(int mostOutputs, int passes, bool isWeighted)
    {
        (float[] Outputs, int Label, double Weight)[] rows = OfClasses(isWeighted);
        RankedRows ranked = RankedRows.Within(mostOutputs, Metrics, Classes);
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
        RankedRows ranked = RankedRows.Within(Rows, Metrics[..2], 3, 3);
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
        RankedRows ranked = RankedRows.Within(passes == 1 ? 1 << 20 : outputs == 1 ? 1 : Rows * 3, metrics, outputs, resampling: resampling);
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
        RankedRows ranked = RankedRows.OfClasses(Metrics[..2], classes), bounded = RankedRows.Within(50_000, Metrics[..2], classes);
        var outputs = new float[classes];
        Assert.InRange(KeptBy(ranked), 4L * classes * rows, 4L * classes * rows + (1 << 18) + 32L * rows);
        Assert.InRange(KeptBy(bounded), 0, 4L * 2 * 50_000 + (1 << 18) + 32L * rows);

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
        RankedRows ranked = RankedRows.Within(1, Metrics, Classes);
        Assert.Equal(
            "A row must have 5 outputs but there are 2; give as many. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => ranked.Add([1, 2], 0)).Message);
        Assert.Equal(
            "A label must be in [0, 4] but is 5; leave rows out whose class is not known. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => ranked.Add(new float[5], 5)).Message);
        Assert.Equal(
            "Outputs must be numbers but output 0 is NaN; leave out rows that nothing is said of. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => ranked.Add([float.NaN, 0, 0, 0, 0], 0)).Message);
        ranked.Add(new float[5], 0);
        Assert.True(ranked.EndPass());
        Assert.Equal(
            "The rows were 1 in the first pass but are 0 in another; add the same ones.",
            Assert.Throws<InvalidOperationException>(() => ranked.EndPass()).Message);
        Assert.Equal(
            "No samples are drawn; give a RowResampling.", Assert.Throws<InvalidOperationException>(() => ranked.ValueOfSample(0, 0)).Message);
    }

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
        foreach (Metric metric in new Metric[] { new TopKAccuracy { K = 2 }, new LogLoss(), new BrierScore(), new ExpectedCalibrationError(), new Accuracy() })
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

    private static int Measure(RankedRows ranked, Action addRows)
    {
        int passes = 0;
        do
        {
            addRows();
            passes++;
        }
        while (ranked.EndPass());
        return passes;
    }

    // With ties; the last class is rare.
    private static (float[] Outputs, int Label, double Weight)[] OfClasses(bool isWeighted)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Rows).Select(i => (
            Enumerable.Range(0, Classes).Select(_ => random.Next(30) / 40f).ToArray(), i == 7 ? 4 : random.Next(4), isWeighted ? random.Next(1, 9) / 7.0 : 1))];
    }
}
