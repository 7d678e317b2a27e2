using Microsoft.ML;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

[Trait("Spec", "C1")]
public sealed class BootstrapTests
{
    private static readonly EvaluationReference Reference = EvaluationReference.Load();

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Intervals_are_those_of_scipy_but_for_chance()
    {
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 9999, Confidence = 0.9, Seed = 5 } };
        IDataView binary = ScoredRow.OfBinary(_context, Reference.Binary[0]);
        IDataView numbers = Numbers(Reference.Regression[0]);
        MeasuredMetric[] measured =
        [
            .. _context.BinaryClassification.Measure(
                binary, options, new Accuracy(), new F1 { Averaging = Averaging.Binary }, new AreaUnderRocCurve()),
            .. _context.Regression.Measure(numbers, options, new RootMeanSquaredError()),
        ];
        foreach (MeasuredMetric one in measured)
        {
            double[] expected = Reference.Intervals[one.Metric.Name];
            // A percentile p of n samples has a standard error of √(p(1 - p)/n)/density, here 0.021 of their
            // deviation; both ours and theirs.
            double slack = 5 * Math.Sqrt(2) * 0.021 * expected[2];
            Assert.Equal(expected[0], one.Interval!.Value.Lower, slack);
            Assert.Equal(expected[1], one.Interval.Value.Upper, slack);
            Assert.Equal(0.9, one.Interval.Value.Confidence);
            Assert.InRange(one.Value, one.Interval.Value.Lower, one.Interval.Value.Upper);
        }
    }

    [Fact]
    public void Rows_that_take_too_much_memory_are_refused_with_the_bound()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 10_000).Select(i => new ScoredRow.Binary { Label = i % 3 == 0, PredictedLabel = i % 2 == 0 }).ToArray());
        // A weight, the class, the predicted class, and how often each processor draws the row.
        int bytes = 8 + 4 + 4 + 4 * Environment.ProcessorCount;
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100, Seed = 1 }, BootstrapBytes = 5000L * bytes };
        Assert.Equal(
            FormattableString.Invariant($"The bootstrap keeps {bytes} bytes of every row in memory, but {5000L * bytes} bytes are too few for ")
            + "more than 4096 rows; evaluate fewer rows or metrics, or set Bootstrap to null.",
            Assert.Throws<InvalidOperationException>(() => _context.BinaryClassification.Measure(rows, options, new Accuracy())).Message);
        options.BootstrapBytes = 10_000L * bytes;
        Assert.NotNull(Assert.Single(_context.BinaryClassification.Measure(rows, options, new Accuracy())).Interval);
    }

    [Fact]
    public void Intervals_hold_the_true_value_about_as_often_as_they_promise()
    {
        // Rows that are right with probability 0.8; 400 sets of 100.
        var random = new Random(1);
        int held = 0;
        for (int set = 0; set < 400; set++)
        {
            IDataView rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(
                _ => new ScoredRow.Binary { Label = true, PredictedLabel = random.NextDouble() < 0.8 }).ToArray());
            var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 400, Confidence = 0.9, Seed = set } };
            MetricInterval interval = _context.BinaryClassification.Measure(rows, options, new Accuracy())[0].Interval!.Value;
            held += interval.Lower <= 0.8 && 0.8 <= interval.Upper ? 1 : 0;
        }

        // 360 are expected, with a deviation of 6 by chance alone; of 100 rows the interval is a little too narrow.
        Assert.InRange(held, 335, 380);
    }

    [Fact]
    public async Task A_seed_gives_the_same_bits_whatever_the_number_of_threads()
    {
        var options = new EvaluationOptions
        {
            ExampleWeightColumnName = "Weight",
            Bootstrap = new Bootstrap { Resamples = 200, Seed = 5 },
        };
        Metric[] metrics = [new Accuracy(), new AreaUnderRocCurve(), new LogLoss()];
        IDataView rows = ScoredRow.OfBinary(_context, Reference.Binary[1]);
        MeasuredMetric[] free = [.. _context.BinaryClassification.Measure(rows, options, metrics)];
        MeasuredMetric[] single = [];
        // Parallel.For runs on the scheduler that it finds.
        var one = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 1);
        await new TaskFactory(one.ExclusiveScheduler).StartNew(
            () => single = [.. _context.BinaryClassification.Measure(rows, options, metrics)], TestContext.Current.CancellationToken);
        Assert.Equal(free, single);

        options.Bootstrap = options.Bootstrap with { Seed = 6 };
        Assert.NotEqual(free[1].Interval, _context.BinaryClassification.Measure(rows, options, metrics)[1].Interval);
    }

    [Fact]
    public void Without_a_seed_the_context_decides()
    {
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100 } };
        MetricInterval?[] Measure() => [.. new MLContext(seed: 3).BinaryClassification.Measure(
            ScoredRow.OfBinary(_context, Reference.Binary[1]), options, new AreaUnderRocCurve()).Select(one => one.Interval)];
        Assert.Equal(Measure(), Measure());
    }

    [Fact]
    public void A_drawn_row_keeps_its_weight()
    {
        // All rows weigh 2: as if none had a weight.
        IDataView rows = ScoredRow.OfBinary(_context, Reference.Binary[0]);
        IDataView weighed = _context.Data.WeighExamples(rows, "Label", (bool _) => 2, "Two");
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100, Seed = 1 } };
        MeasuredMetric plain = _context.BinaryClassification.Measure(rows, options, new BrierScore())[0];
        options.ExampleWeightColumnName = "Two";
        Assert.Equal(plain, _context.BinaryClassification.Measure(weighed, options, new BrierScore())[0]);
        options.ExampleWeightColumnName = "Weight";
        options.ClassWeights = MLNet.DeepExt.Trainers.LabelWeights.Of(new Dictionary<bool, double> { [true] = 2, [false] = 2 });
        Assert.Equal(plain, _context.BinaryClassification.Measure(rows, options, new BrierScore())[0]);
    }

    [Fact]
    public void Samples_that_say_nothing_are_left_out_and_too_many_of_them_leave_nothing()
    {
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 1000, Seed = 1 } };
        // The only yes is in 64 of 100 samples.
        MetricInterval few = Interval(rows: 30);
        Assert.Equal(1, few.Lower);
        Assert.Equal(1, few.Upper);

        MetricInterval none = Interval(rows: 1);
        Assert.Equal(double.NaN, none.Lower);
        Assert.Equal(double.NaN, none.Upper);
        Assert.Equal("NaN to NaN, confidence 95 %", none.ToString());

        MetricInterval Interval(int rows) => _context.BinaryClassification.Measure(
            _context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(
                i => new ScoredRow.Binary { Label = i == 0, Score = i == 0 ? 1 : 0, PredictedLabel = i == 0 }).ToArray()),
            options, new AreaUnderRocCurve())[0].Interval!.Value;
    }

    [Fact]
    public void A_cancelled_context_ends_it()
    {
        var context = new MLContext(seed: 1);
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 1_000_000, Seed = 1 } };
        // At the last row, so that the reading is over before it is noticed.
        var rows = new WatchedDataView(ScoredRow.OfBinary(context, Reference.Binary[0]), row =>
        {
            if (row == 200)
                context.CancelExecution();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => context.BinaryClassification.Measure(rows, options, new Accuracy()));
    }

    [Fact]
    public void Reports_hold_intervals_and_print_them_in_every_culture()
    {
        using var culture = new CultureScope("tr-TR");
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100, Seed = 1 } };
        ClassificationReport report = _context.BinaryClassification.Report(ScoredRow.OfBinary(_context, Reference.Binary[0]), options);
        Assert.All(report.Metrics, one => Assert.InRange(one.Value, one.Interval!.Value.Lower, one.Interval.Value.Upper));
        MeasuredMetric accuracy = report.Metrics[0];
        Assert.Matches(@"^accuracy 0\.6700 \(0\.\d{4} to 0\.\d{4}, confidence 95 %\)$", accuracy.ToString());
        Assert.Contains($"({accuracy.Interval})", report.ToString());
    }

    [Theory]
    [InlineData(99, 0.95, "Bootstrap.Resamples must be from 100 to 1000000 but is 99; 1000 is the default.")]
    [InlineData(1_000_001, 0.95, "Bootstrap.Resamples must be from 100 to 1000000 but is 1000001; 1000 is the default.")]
    [InlineData(100, 1.0, "Bootstrap.Confidence must be in (0, 1) but is 1; 0.95 is the default.")]
    [InlineData(100, double.NaN, "Bootstrap.Confidence must be in (0, 1) but is NaN; 0.95 is the default.")]
    public void Impossible_values_are_refused(int resamples, double confidence, string message)
    {
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = resamples, Confidence = confidence } };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Report(
            ScoredRow.OfBinary(_context, Reference.Binary[0]), options)).WithoutParameter());
    }

    [Fact]
    public void More_samples_of_metrics_than_memory_is_for_are_refused_before_any_row_is_read()
    {
        var unread = new WatchedDataView(ScoredRow.OfBinary(_context, Reference.Binary[0]), _ => Assert.Fail("A row was read."));
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 1_000_000, Seed = 1 } };
        foreach (Func<int, Metric> make in new Func<int, Metric>[] { beta => new FBeta { Beta = beta }, _ => new AreaUnderRocCurve() })
        {
            var exception = Assert.Throws<ArgumentException>(
                () => _context.BinaryClassification.Measure(unread, options, [.. Enumerable.Range(1, 101).Select(make)]));
            Assert.Equal(
                "Bootstrap.Resamples × metrics must be at most 100000000 but is 1000000 × 101; use fewer of either. (Parameter 'Bootstrap')",
                exception.Message);
        }

        Assert.Null(Bootstrap.FindFault(1_000_000, 100));
        Assert.NotNull(Bootstrap.FindFault(1_000_000, int.MaxValue));
    }

    private IDataView Numbers(EvaluationReference.Case given) => _context.Data.LoadFromEnumerable(
        given.Labels.Select((label, i) => new Scored { Label = label, Score = given.Scores[i] }).ToArray());

    private sealed class Scored
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
