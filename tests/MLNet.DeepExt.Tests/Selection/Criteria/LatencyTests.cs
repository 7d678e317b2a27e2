using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>What is timed, how often, and which of the times is reported; by a clock that the tests move.</summary>
[Trait("Spec", "C3")]
public sealed class LatencyTests
{
    private readonly MLContext _context = new(seed: 1);

    private IHost Host => ((IHostEnvironment)_context).Register("tests");

    /// <summary>By nearest rank, as in the usual worked example: of 15, 20, 35, 40, 50.</summary>
    [Theory]
    [InlineData(5, 15)]
    [InlineData(30, 20)]
    [InlineData(40, 20)]
    [InlineData(50, 35)]
    [InlineData(100, 50)]
    [InlineData(0.001, 15)]
    public void The_percentile_is_by_nearest_rank(double percentile, double expected)
    {
        var clock = new StepClock();
        var times = new Queue<double>([40, 15, 50, 20, 35]);
        var latency = new Latency { Percentile = percentile, Calls = 5, WarmUpCalls = 0, MinimumTime = TimeSpan.Zero, Clock = clock };
        Assert.Equal(expected, latency.TimeOf(() => clock.Pass(times.Dequeue()), Nothing));
        Assert.Empty(times);
    }

    [Fact]
    public void Calls_that_warm_up_do_not_count()
    {
        var clock = new StepClock();
        int calls = 0;
        var latency = new Latency { Percentile = 100, Calls = 10, WarmUpCalls = 30, MinimumTime = TimeSpan.Zero, Clock = clock };
        Assert.Equal(2, latency.TimeOf(() => clock.Pass(++calls <= 30 ? 100 : 2), Nothing));
        Assert.Equal(40, calls);
    }

    [Fact]
    public void Fast_calls_are_repeated_until_the_least_time_is_over()
    {
        var clock = new StepClock();
        int calls = 0;
        var latency = new Latency { Calls = 10, WarmUpCalls = 5, MinimumTime = TimeSpan.FromMilliseconds(100), Clock = clock };
        Assert.Equal(0.5, latency.TimeOf(() =>
        {
            calls++;
            clock.Pass(0.5);
        }, Nothing));
        Assert.Equal(400, calls);
    }

    [Fact]
    public void Without_a_number_of_calls_the_least_time_is_warmed_up_all_the_same()
    {
        var clock = new StepClock();
        int calls = 0;
        var latency = new Latency { Calls = 10, WarmUpCalls = 0, MinimumTime = TimeSpan.FromMilliseconds(100), Clock = clock };
        Assert.Equal(0.5, latency.TimeOf(() => clock.Pass(++calls <= 10 ? 10 : 0.5), Nothing));
        Assert.Equal(10 + 200, calls);
    }

    [Fact]
    public void What_is_done_between_calls_is_not_timed_and_can_end_them()
    {
        var clock = new StepClock();
        int between = 0, calls = 0;
        var latency = new Latency { Percentile = 100, Calls = 5, WarmUpCalls = 3, MinimumTime = TimeSpan.Zero, Clock = clock };
        Assert.Equal(2, latency.TimeOf(() =>
        {
            calls++;
            clock.Pass(2);
        }, () =>
        {
            between++;
            clock.Pass(50);
        }));
        Assert.Equal((8, 8), (between, calls));
        Assert.Throws<OperationCanceledException>(() => latency.TimeOf(
            () => calls++, () => _ = calls == 10 ? throw new OperationCanceledException() : 0));
        Assert.Equal(10, calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Timing_ends_when_the_context_is_cancelled(int rows)
    {
        int seen = 0;
        IDataView dev = _context.Data.LoadFromEnumerable(SampleRow.Generate(10, seed: 1));
        ITransformer model = _context.Transforms.CustomMapping<SampleRow, Scored>(
            (_, _) =>
            {
                if (Interlocked.Increment(ref seen) == 20)
                    _context.CancelExecution();
            }, contractName: null).Fit(dev);
        ModelChoice choice = _context.ModelSelection.Choose(("model", model)).Minimize(new Latency { Rows = rows, MinimumTime = TimeSpan.Zero });
        Assert.ThrowsAny<OperationCanceledException>(() => choice.Decide(dev));
        Assert.InRange(seen, 20, 20 + rows);
    }

    [Fact]
    public void Slow_calls_end_after_the_most_time_but_one_is_timed()
    {
        var clock = new StepClock();
        int calls = 0;
        var latency = new Latency { MaximumTime = TimeSpan.FromSeconds(1), Clock = clock };
        Assert.Equal(400, TimeOf(400));
        Assert.Equal(6, calls);
        calls = 0;
        Assert.Equal(5000, TimeOf(5000));
        Assert.Equal(2, calls);

        double TimeOf(double milliseconds) => latency.TimeOf(() =>
        {
            calls++;
            clock.Pass(milliseconds);
        }, Nothing);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_call_predicts_the_next_rows_and_after_the_last_the_first(int rowsPerCall)
    {
        var seen = new List<float>();
        IDataView dev = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new SampleRow { A = i }));
        using var calls = new PredictionCalls(Host, Spy(dev, seen), dev, ["Score"], rowsPerCall, heldRows: 4);
        for (int i = 0; i < 12 / rowsPerCall; i++)
            calls.Predict();
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], seen);
    }

    [Fact]
    public void Rows_are_read_once_before_any_call()
    {
        int moves = 0;
        IDataView rows = _context.Data.LoadFromEnumerable(SampleRow.Generate(50, seed: 1));
        var dev = new WatchedDataView(rows, _ => moves++);
        using var calls = new PredictionCalls(Host, SamplePipeline.Fit().Model, dev, ["Score", "PredictedLabel"], 1, heldRows: 40);
        Assert.Equal((40, 1), (moves, dev.Cursors));
        for (int i = 0; i < 100; i++)
            calls.Predict();
        Assert.Equal((40, 1), (moves, dev.Cursors));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Models_of_the_library_and_of_ML_NET_predict_as_many_rows_as_a_call_is_of(int rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(60, seed: 1));
        int read = 0;
        // What the trainers learn from is A, which is read once for each row that is scored.
        ITransformer counting = _context.Transforms.CustomMapping<SampleRow, Counted>(
            (row, counted) =>
            {
                Interlocked.Increment(ref read);
                counted.A = row.A;
            }, contractName: null).Fit(data);
        ITransformer linear = SamplePipeline.Preparation(_context)
            .Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy()).Fit(data);
        foreach (ITransformer model in (ITransformer[])[SamplePipeline.Fit().Model, linear])
        {
            read = 0;
            using var calls = new PredictionCalls(
                Host, new TransformerChain<ITransformer>(counting, model), data, ["Score", "Probability", "PredictedLabel"], rows, heldRows: 50);
            for (int call = 1; call <= 20; call++)
            {
                calls.Predict();
                Assert.Equal(call * rows, read);
            }
        }
    }

    [Fact]
    public void What_a_model_passes_on_is_not_what_it_predicts()
    {
        var seen = new List<float>();
        IDataView rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new SampleRow { A = i }));
        IDataView dev = _context.Transforms.CopyColumns("Probability", "A").Fit(rows).Transform(rows);
        ITransformer doubling = _context.Transforms.CustomMapping<SampleRow, Doubled>(
            (row, doubled) =>
            {
                seen.Add(row.A);
                doubled.Twice = 2 * row.A;
            }, contractName: null).Fit(dev);
        using var calls = new PredictionCalls(Host, doubling, dev, ["Score", "Probability"], rowsPerCall: 1, heldRows: 5);
        for (int i = 0; i < 5; i++)
            calls.Predict();
        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Fact]
    public void What_a_model_adds_or_replaces_is_what_it_makes()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(SampleRow.Generate(60, seed: 1));
        IDataView dev = _context.Transforms.CopyColumns("Probability", "A").Append(_context.Transforms.CopyColumns("Score", "A"))
            .Fit(rows).Transform(rows);
        ITransformer network = SamplePipeline.Create(_context).Fit(dev);
        Assert.Equal(["Features", "Label", "PredictedLabel", "Score"], Made(network));
        Assert.Equal(["A"], Made(_context.Transforms.NormalizeMeanVariance("A").Fit(dev)));
        Assert.Equal(
            ["PredictedLabel", "Score"],
            Made(new TransformerChain<ITransformer>(network, _context.Transforms.SelectColumns("B", "Probability", "Score", "PredictedLabel")
                .Fit(network.Transform(dev)))));
        Assert.Empty(Made(_context.Transforms.SelectColumns("Probability", "A").Fit(dev)));

        IEnumerable<string> Made(ITransformer model) => MadeColumns.Of(
            dev.Schema, model.GetOutputSchema(dev.Schema),
            model.IsRowToRowMapper ? model.GetRowToRowMapper(dev.Schema) : null).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Held_rows_hold_what_the_data_has()
    {
        ClassRow[] rows = ClassRow.Generate(1, 5, 6, 7);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        IDataView held = HeldRows.Read(Host, data, [.. data.Schema], most: 18).Batch(first: 10, count: 18);
        ClassRow[] read = ClassRow.Read(_context, held);
        Assert.Equal(rows[10..].Concat(rows[..10]).Select(Describe), read.Select(Describe));
        Assert.Equal(18, held.GetRowCount());

        static string Describe(ClassRow row) =>
            FormattableString.Invariant($"{row.Label} {row.Text} {row.IsRare} {row.Number} {row.Weight} {string.Join(' ', row.Features)}");
    }

    [Fact]
    public void Without_rows_there_is_nothing_to_time()
    {
        IDataView none = _context.Data.FilterRowsByColumn(
            _context.Data.LoadFromEnumerable(SampleRow.Generate(5, seed: 1)), "A", lowerBound: 1e6);
        Assert.Equal(
            "There are no rows to time predictions of; give some, or give the figure.",
            Assert.Throws<InvalidOperationException>(() => HeldRows.Read(Host, none, [.. none.Schema], most: 5)).Message);
    }

    [Fact]
    public void Values_that_have_to_be_disposed_of_are_refused()
    {
        IDataView data = _context.Transforms.ConvertToImage(1, 1, "Image", "Features").Fit(Pixels()).Transform(Pixels());
        Assert.StartsWith(
            "Column 'Image' has values of type Image",
            Assert.Throws<InvalidOperationException>(() => HeldRows.Read(Host, data, [data.Schema["Image"]], most: 5)).Message,
            StringComparison.Ordinal);

        IDataView Pixels() => _context.Data.LoadFromEnumerable(ClassRow.Generate(1, 3, 3));
    }

    [Fact]
    public void Impossible_values_are_refused_with_the_default()
    {
        Assert.Equal("Rows of Latency must be from 1 to 1000000 but is 0; 1 is the default.", new Latency { Rows = 0 }.FindFault()?.Text);
        Assert.Equal(
            "WarmUpCalls of Latency must be from 0 to 10000000 but is -1; 100 is the default.", new Latency { WarmUpCalls = -1 }.FindFault()?.Text);
        Assert.Equal("Resolution of Latency must be in [0, 1) but is 1; 0.1 is the default.", new Latency { Resolution = 1 }.FindFault()?.Text);
        Assert.Equal(
            "ResolutionMilliseconds of Latency must be at least 0 but is NaN; 0.01 is the default.",
            new Latency { ResolutionMilliseconds = double.NaN }.FindFault()?.Text);
        Assert.Equal("Calls of Latency must be from 1 to 10000000 but is 0; 200 is the default.", new Latency { Calls = 0 }.FindFault()?.Text);
        Assert.Equal(
            "MinimumTime of Latency must be at least 0 but is -00:00:01; half a second is the default.",
            new Latency { MinimumTime = TimeSpan.FromSeconds(-1) }.FindFault()?.Text);
        Assert.Equal(
            "MaximumTime of Latency must be at least MinimumTime, 00:00:20, but is 00:00:10; 10 seconds is the default.",
            new Latency { MinimumTime = TimeSpan.FromSeconds(20) }.FindFault()?.Text);
        Assert.Equal(
            "MaximumTime of Latency must be at most 1 day but is 1.00:00:00.0000001; 10 seconds is the default.",
            new Latency { MaximumTime = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) }.FindFault()?.Text);
        Assert.Null(new Latency { MaximumTime = TimeSpan.FromDays(1) }.FindFault());
    }

    [Fact]
    public void More_rows_of_all_calls_than_can_be_predicted_are_refused()
    {
        Assert.Equal(
            ("Rows × Calls of Latency must be at most 1000000000 but is 1000000 × 10000000; use fewer of either.", "Calls"),
            FaultOf(new Latency { Rows = 1_000_000, Calls = 10_000_000 }));
        Assert.Equal(
            ("Rows × Calls of Latency must be at most 1000000000 but is 101 × 10000000; use fewer of either.", "Calls"),
            FaultOf(new Latency { Rows = 101, Calls = 10_000_000 }));
        Assert.Equal(
            ("Rows × WarmUpCalls of Latency must be at most 1000000000 but is 1000000 × 1001; use fewer of either.", "WarmUpCalls"),
            FaultOf(new Latency { Rows = 1_000_000, WarmUpCalls = 1_001 }));
        Assert.Null(new Latency { Rows = 100, Calls = 10_000_000, WarmUpCalls = 10_000_000 }.FindFault());

        static (string?, string?) FaultOf(Latency latency) => (latency.FindFault()?.Text, latency.FindFault()?.Option);
    }

    [Fact]
    public void Calls_that_take_no_time_end_after_ten_million()
    {
        int calls = 0;
        var latency = new Latency { Calls = 1, WarmUpCalls = 0, Clock = new StepClock() };
        Assert.Equal(0, latency.TimeOf(() => calls++, Nothing));
        Assert.Equal(2 * 10_000_000, calls);
    }

    // Writes down the rows that it is asked for.
    private ITransformer Spy(IDataView data, List<float> seen) => _context.Transforms.CustomMapping<SampleRow, Scored>(
        (row, scored) =>
        {
            lock (seen)
                seen.Add(row.A);
            scored.Score = row.A;
        }, contractName: null).Fit(data);

    private static void Nothing()
    {
    }

    private sealed class Counted
    {
        public float A { get; set; }
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
