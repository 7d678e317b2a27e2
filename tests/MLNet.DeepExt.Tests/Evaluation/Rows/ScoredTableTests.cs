using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>One reading, segments, and weights by label.</summary>
public sealed class ScoredTableTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IHost _host;

    public ScoredTableTests()
    {
        _host = ((IHostEnvironment)_context).Register("Test");
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void Segments_are_measured_each_by_itself()
    {
        // Classifier C of the notes, by country: errors of 3, 4, 3 and 4 percent, 3.5 on average.
        (string Country, int Errors)[] countries = [("US", 3), ("China", 4), ("India", 3), ("other", 4)];
        IDataView rows = Load([.. countries.SelectMany(country => Enumerable.Range(0, 100).Select(
            i => new Row { Segment = country.Country, Label = true, PredictedLabel = i >= country.Errors }))]);
        IReadOnlyDictionary<string, IReadOnlyList<double>> measured =
            new MetricEvaluation(_host, rows, new EvaluationOptions()).MeasureBySegment([new ErrorRate(), new Accuracy()], "Segment").Values;
        Assert.Equal(["China", "India", "US", "other"], measured.Keys);
        foreach ((string country, int errors) in countries)
            Assert.Equal([errors / 100.0, 1 - errors / 100.0], measured[country], (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.035, measured.Values.Average(values => values[0]), 1e-12);
        Assert.Equal(0.035, new MetricEvaluation(_host, rows, new EvaluationOptions()).Measure([new ErrorRate()]).Metrics[0].Value, 1e-12);
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void A_segment_may_be_a_key_a_yes_or_no_or_a_number_and_rows_without_one_are_left_out()
    {
        using var culture = new CultureScope("tr-TR");
        IDataView rows = Load(
            new Row { Segment = "b", Label = true, PredictedLabel = true, Place = 0.1f, IsNew = true },
            new Row { Segment = "", Label = true, PredictedLabel = false, Place = float.NaN },
            new Row { Segment = "a", Label = true, PredictedLabel = false, Place = -2 });
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Segment").Fit(rows).Transform(rows);
        var log = new LogRecorder(_context, "Test");
        Assert.Equal([("a", 0.0), ("b", 1.0)], Measure("Segment"));
        Assert.Equal([("a", 0.0), ("b", 1.0)], Measure("Key"));
        Assert.Equal([("-2", 0.0), ("0.1", 1.0)], Measure("Place"));
        Assert.Equal(
            Enumerable.Repeat("Skipped 1 of 3 rows (1 without a segment) of the scored data; give every row a segment.", 3),
            log.Of(ChannelMessageKind.Warning));
        Assert.Equal([("False", 0.0), ("True", 1.0)], Measure("IsNew"));
        Assert.Contains("'Features'", Assert.Throws<ArgumentOutOfRangeException>(() => Measure("Features")).Message);
        Assert.Contains("'Missing'", Assert.Throws<ArgumentOutOfRangeException>(() => Measure("Missing")).Message);

        IEnumerable<(string, double)> Measure(string column) =>
            new MetricEvaluation(_host, keys, new EvaluationOptions()).MeasureBySegment([new Accuracy()], column).Values
                .Select(pair => (pair.Key, pair.Value[0]));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void A_segment_whose_rows_are_all_left_out_is_not_a_number()
    {
        IDataView rows = Load(
            new Row { Segment = "b", Label = true, PredictedLabel = true },
            new Row { Segment = "a", Probability = float.NaN },
            new Row { Segment = "c", Weight = 0 });
        var options = new EvaluationOptions { ExampleWeightColumnName = "Weight" };
        Assert.Equal(
            [("a", double.NaN), ("b", 1), ("c", double.NaN)],
            new MetricEvaluation(_host, rows, options).MeasureBySegment([new Accuracy()], "Segment").Values.Select(pair => (pair.Key, pair.Value[0])));
        ScoredMeasurement measured = new MetricEvaluation(_host, rows, options).Measure([new Accuracy()]);
        Assert.Equal((1, 1, "1 of 3 rows (1 with NaN or infinite scores)"), (measured.Rows, measured.LeftOutRows, measured.LeftOut));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void Segments_of_every_task_are_measured_by_its_catalog()
    {
        IDataView rows = Load(
            new Row { Segment = "b", Label = true, PredictedLabel = true, Number = 3, Score = 1 },
            new Row { Segment = "a", Label = true, PredictedLabel = false, Number = 3, Score = 2 });
        Assert.Equal(
            [("a", "accuracy 0.0000"), ("b", "accuracy 1.0000")],
            _context.BinaryClassification.MeasureBySegment(rows, "Segment", new Accuracy())
                .Select(pair => (pair.Key, pair.Value[0].ToString())));
        var options = new EvaluationOptions { LabelColumnName = "Number" };
        Assert.Equal(
            [("a", 1.0), ("b", 2.0)],
            _context.Regression.MeasureBySegment(rows, "Segment", options, new RSquared(), new MeanAbsoluteError())
                .Select(pair => (pair.Key, pair.Value[1].Value)));
        Assert.Equal(0.5, _context.BinaryClassification.Measure(rows, new Accuracy(), new F1())[0].Value);
    }

    [Fact]
    [Trait("Spec", "C4")]
    public void The_weighted_error_is_the_one_of_the_notes()
    {
        // 1 row of 10 is wrong. Weighing 10, it is 10 of 19.
        IDataView rows = Load([.. Enumerable.Range(0, 10).Select(
            i => new Row { Label = i > 0, PredictedLabel = true, Segment = i == 0 ? "indecent" : "decent", Weight = i == 0 ? 10 : 1 })]);
        IDataView weighed = _context.Data.WeighExamples(rows, "Segment", (string kind) => kind == "indecent" ? 10 : 1, "ByFunction");
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Segment").Fit(weighed).Transform(weighed);
        IDataView ofKeys = _context.Data.WeighExamples(keys, "Key", (string kind) => kind == "indecent" ? 10 : 1, "ByKey");
        Assert.Equal(0.1, Error(new EvaluationOptions()), 1e-12);
        Assert.Equal(10 / 19.0, Error(new EvaluationOptions { ExampleWeightColumnName = "Weight" }), 1e-12);
        Assert.Equal(10 / 19.0, Error(new EvaluationOptions { ExampleWeightColumnName = "ByFunction" }), 1e-12);
        Assert.Equal(10 / 19.0, Error(new EvaluationOptions { ExampleWeightColumnName = "ByKey" }), 1e-12);
        var byLabel = new EvaluationOptions { ClassWeights = LabelWeights.Of(new Dictionary<bool, double> { [false] = 10 }) };
        Assert.Equal(10 / 19.0, Error(byLabel), 1e-12);
        // Both classes count alike: half of all.
        Assert.Equal(0.5, Error(new EvaluationOptions { ClassWeights = LabelWeights.Balanced }), 1e-12);

        double Error(EvaluationOptions options) => _context.BinaryClassification.Report(ofKeys, options).ErrorRate;
    }

    [Fact]
    [Trait("Spec", "C4")]
    public void Weights_by_label_are_refused_where_there_is_no_such_label()
    {
        IDataView rows = Load(new Row { Label = true, Number = 2 });
        var options = new EvaluationOptions { ClassWeights = LabelWeights.Of(new Dictionary<string, double> { ["perhaps"] = 2 }) };
        Assert.Equal(
            "ClassWeights has a weight for 'perhaps' but label column 'Label' has the values 'False', 'True'; name one of these.",
            Assert.Throws<ArgumentException>(() => new MetricEvaluation(_host, rows, options).Measure([new Accuracy()]).Metrics).WithoutParameter());
        options.LabelColumnName = "Number";
        options.PredictedLabelColumnName = options.ProbabilityColumnName = null;
        Assert.Equal(
            "ClassWeights weighs labels that are classes but label column 'Number' holds 1 number; leave it at LabelWeights.None.",
            Assert.Throws<ArgumentException>(() => new MetricEvaluation(_host, rows, options).Measure([new RSquared()]).Metrics).WithoutParameter());
        options = new EvaluationOptions { ClassWeights = LabelWeights.Balanced };
        rows = Load(new Row { Label = true, PredictedLabel = true });
        Assert.Equal(1, new MetricEvaluation(_host, rows, options).Measure([new Accuracy()]).Metrics[0].Value);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void Rows_are_read_once_or_twice_to_balance_classes_and_only_the_columns_that_matter()
    {
        foreach ((LabelWeights weights, Bootstrap? bootstrap) in new (LabelWeights, Bootstrap?)[]
        {
            (LabelWeights.None, null), (LabelWeights.None, new Bootstrap { Resamples = 100 }),
            (LabelWeights.Balanced, null), (LabelWeights.Balanced, new Bootstrap { Resamples = 100 }),
        })
        {
            int readings = weights == LabelWeights.Balanced ? 2 : 1;
            int rows = 0;
            var view = new WatchedDataView(Load([.. Enumerable.Range(0, 10).Select(i => new Row { Label = i > 5 })]), _ => rows++);
            var options = new EvaluationOptions { Bootstrap = bootstrap, ClassWeights = weights };
            _context.BinaryClassification.Report(view, options);
            Assert.Equal((readings, 0, 10 * readings), (view.Cursors, view.OpenCursors, rows));

            IDataView computed = _context.Data.WeighExamples<string>(view, "Segment", Fails, "Other");
            _context.BinaryClassification.Report(computed, options);
        }

        static float Fails(string text) => throw new InvalidOperationException("Nobody needs this column.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "C1")]
    public void Data_that_gives_other_rows_at_the_second_reading_is_refused(bool isRanked)
    {
        EvaluationOptions options = isRanked
            ? new EvaluationOptions { RankedBytes = 1 }
            : new EvaluationOptions { ClassWeights = LabelWeights.Balanced };
        int readings = 0;
        Assert.Equal(
            "The scored data gives other rows each time it is read: 3 rows at first, then 2; cache it with ml.Data.Cache.",
            Refusal(() => Rows(3 - readings++)));
        readings = 0;
        Assert.Equal(
            "The scored data gives other rows each time it is read: 4 rows at first, then as many with other labels or weights; "
            + "cache it with ml.Data.Cache.",
            Refusal(() => Rows(4).Skip(readings++).Concat(Rows(readings - 1))));

        // The first reading that fills the cache is then the only one.
        readings = 0;
        IDataView cached = _context.Data.Cache(_context.Data.LoadFromEnumerable(new Again(() => Rows(3 - readings++))));
        Assert.True(double.IsFinite(Measure(cached)));
        Assert.Equal(1, readings);

        string Refusal(Func<IEnumerable<Row>> rows) => Assert.Throws<InvalidOperationException>(
            () => Measure(_context.Data.LoadFromEnumerable(new Again(rows)))).Message;

        double Measure(IDataView view) =>
            _context.BinaryClassification.Measure(view, options, new AreaUnderRocCurve { Averaging = Averaging.Macro })[0].Value;

        static IEnumerable<Row> Rows(int count) =>
            Enumerable.Range(0, count).Select(i => new Row { Label = i % 3 > 0, Score = i * 7 % 5 });
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void Memory_changes_no_figure_and_the_log_says_how_often_rows_were_read()
    {
        IDataView rows = Load([.. Enumerable.Range(0, 60).Select(i => new Row { Label = i % 3 > 0, Score = i * 7 % 11, Segment = $"{i % 4}" })]);
        var log = new LogRecorder(_context, "Test");
        var full = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100, Seed = 1 } };
        var small = new EvaluationOptions { Bootstrap = full.Bootstrap, RankedBytes = 1 };
        Metric[] metrics = [new AreaUnderRocCurve { Averaging = Averaging.Macro }, new AreaUnderPrecisionRecallCurve { Class = 0 }];
        Assert.Equal(new MetricEvaluation(_host, rows, full).Measure(metrics).Metrics, new MetricEvaluation(_host, rows, small).Measure(metrics).Metrics);
        Assert.Equal(
            new MetricEvaluation(_host, rows, full).MeasureBySegment(metrics, "Segment").Values.SelectMany(segment => segment.Value),
            new MetricEvaluation(_host, rows, small).MeasureBySegment(metrics, "Segment").Values.SelectMany(segment => segment.Value));
        Assert.Equal(
            Enumerable.Repeat("The scored data was read 2 times; cache it with ml.Data.Cache where scoring takes long.", 2),
            log.Of(ChannelMessageKind.Info));
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void A_metric_that_cannot_be_measured_is_an_error_before_any_row_is_read()
    {
        var view = new WatchedDataView(Load(new Row { Label = true }), _ => { });
        Assert.Equal(
            "The metric R squared cannot be measured: the targets are classes; it needs numbers for each row. (Parameter 'metric')",
            Assert.Throws<ArgumentException>(
                () => _context.BinaryClassification.Measure(view, null, new Accuracy(), new RSquared())).Message);
        Assert.Equal(
            "Metrics must not hold null; leave it out.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Measure(view, null, null!, new Accuracy())).WithoutParameter());
        var numbers = new EvaluationOptions
        {
            LabelColumnName = "Number",
            PredictedLabelColumnName = null,
            ProbabilityColumnName = null,
        };
        Assert.Equal(
            "The metric accuracy cannot be measured: the targets are numbers; it needs a class for each row. (Parameter 'metric')",
            Assert.Throws<ArgumentException>(() => _context.Regression.Measure(view, numbers, new Accuracy())).Message);
        Assert.Equal(
            "The metric Hamming loss cannot be measured: it is of classes or labels but the labels are numbers; measure a metric of " +
            "numbers.",
            Assert.Throws<ArgumentException>(() => _context.Regression.Measure(view, numbers, new HammingLoss())).WithoutParameter());
        Assert.Equal(0, view.Cursors);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void A_cancelled_context_ends_the_reading()
    {
        var context = new MLContext(seed: 1);
        var view = new WatchedDataView(
            context.Data.LoadFromEnumerable(Enumerable.Range(0, 5000).Select(_ => new Row { Label = true })),
            row =>
            {
                if (row == 1)
                    context.CancelExecution();
                Assert.True(row < 1500);
            });
        Assert.ThrowsAny<OperationCanceledException>(() => context.BinaryClassification.Report(view));
        Assert.Equal(0, view.OpenCursors);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void Blocks_hold_all_rows_in_their_order_with_the_places_that_they_have_in_the_data()
    {
        // More rows than a block holds; every tenth has no probability, every seventh weight 0.
        Row[] rows = [.. Enumerable.Range(0, 10_000).Select(i => new Row
        {
            Label = i % 3 == 0, PredictedLabel = i % 2 == 0, Score = i, Probability = i % 10 == 4 ? float.NaN : 0.25f, Weight = i % 7 == 2 ? 0 : i,
            Segment = $"s{i / 5000}",
        })];
        IDataView view = Load(rows);
        var options = new EvaluationOptions { ExampleWeightColumnName = "Weight" };
        ScoredColumns columns = ScoredSchema.Find(_host, view.Schema, options);
        var table = new ScoredTable(_host, view, columns, options) { Segment = view.Schema["Segment"] };
        var seen = new Collected(table);
        table.Fold(seen);
        // Of the row of number 0 the weight is 0.
        int[] expected = [.. Enumerable.Range(1, rows.Length - 1).Where(i => i % 10 != 4 && i % 7 != 2)];
        Assert.Equal(expected.Select(i => (long)i), seen.RowIds);
        Assert.Equal(expected.Select(i => (i % 3 == 0 ? 1 : 0, i % 2 == 0 ? 1 : 0, (double)i, (float)i, $"s{i / 5000}")), seen.Rows);
        Assert.Equal((expected.Length, 1000, 2), (table.Rows, table.LeftOutRows, seen.Blocks));
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void A_block_of_many_outputs_holds_fewer_rows()
    {
        Assert.Equal(4096, CapacityFor(4));
        Assert.Equal((1 << 20) / 10_000, CapacityFor(10_000));
        Assert.Equal(1, CapacityFor(2_000_000));

        static int CapacityFor(int targets) => new ScoredBlock(new ScoredColumns
        {
            Task = ScoredTask.MultiTarget,
            Label = new NumbersLabel("Label", targets),
        }).Capacity;
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void Memory_does_not_grow_with_the_rows()
    {
        Metric[] metrics = [new Accuracy(), new F1(), new LogLoss(), new BrierScore(), new ExpectedCalibrationError()];
        Measure(10_000);
        long few = Measure(10_000), many = Measure(300_000);
        Assert.InRange(many - few, long.MinValue, 300_000); // less than a byte a row

        long Measure(int count)
        {
            var row = new Row { Label = true, PredictedLabel = true };
            IDataView view = _context.Data.LoadFromEnumerable(new Again(() => Enumerable.Repeat(row, count)));
            var evaluation = new MetricEvaluation(_host, view, new EvaluationOptions());
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(count, evaluation.Measure(metrics).Rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void A_metric_that_cannot_be_measured_does_not_affect_the_others_where_faults_are_allowed()
    {
        var view = new WatchedDataView(
            Load([.. Enumerable.Range(0, 9).Select(i => new Row { Label = i > 3, PredictedLabel = true, Probability = 3, Segment = $"{i % 2}" })]),
            _ => { });
        var evaluation = new MetricEvaluation(_host, view, new EvaluationOptions()) { AllowsFaults = true };
        Metric[] metrics = [new LogLoss(), new Accuracy(), new RSquared()];
        string[] faults =
        [
            "it needs probabilities, and the numbers in column 'Probability' are none, for one is 3; name a column of probabilities in "
            + "ProbabilityColumnName",
            "the targets are classes; it needs numbers for each row",
        ];
        ScoredMeasurement measured = evaluation.Measure(metrics);
        Assert.Equal([faults[0], null, faults[1]], measured.Faults.Select(fault => fault?.Reason));
        Assert.Equal([double.NaN, 5 / 9.0, double.NaN], measured.Metrics.Select(one => one.Value));
        SegmentMeasurement segments = evaluation.MeasureBySegment(metrics, "Segment");
        Assert.Equal([faults[0], null, faults[1]], segments.Faults.Select(fault => fault?.Reason));
        Assert.Equal([("0", 3 / 5.0), ("1", 2 / 4.0)], segments.Values.Select(pair => (pair.Key, pair.Value[1])));
        Assert.Equal(2, view.Cursors);
        Assert.Equal(0, evaluation.Measure([new RSquared()]).Rows);
        Assert.Equal(2, view.Cursors);
    }

    private IDataView Load(params Row[] rows) => _context.Data.LoadFromEnumerable(rows);

    private sealed class Collected(ScoredTable table) : ScoredFold
    {
        public int Blocks { get; private set; }

        public List<long> RowIds { get; } = [];

        public List<(int Label, int Predicted, double Weight, float Score, string Segment)> Rows { get; } = [];

        public override void Add(ScoredBlock block)
        {
            Blocks++;
            RowIds.AddRange(block.RowIds[..block.Count]);
            for (int row = 0; row < block.Count; row++)
            {
                Rows.Add((
                    block.Classes[row], block.PredictedClasses[row], block.Weights[row], block.Outputs(OutputKind.Ranking, row)[0],
                    table.SegmentNames[block.Segments[row]]));
            }
        }
    }

    private sealed class Again(Func<IEnumerable<Row>> read) : IEnumerable<Row>
    {
        public IEnumerator<Row> GetEnumerator() => read().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; } = 0.5f;

        public float Number { get; set; }

        public float Place { get; set; }

        public bool IsNew { get; set; }

        public string Segment { get; set; } = "";

        public float Weight { get; set; } = 1;

        [VectorType(1)]
        public float[] Features { get; set; } = [1];
    }
}
