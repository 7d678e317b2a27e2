using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>The test rows are read once, by the winner.</summary>
[Trait("Spec", "C6")]
public sealed class ReportOnTestTests : IDisposable
{
    private const string Refusal = "The test rows were looked at already, on 2024-05-06 07:08:09 UTC, by trial 4, and RefuseSecondLook is set. "
        + "If choices are made by their figures, later figures of the same rows are too good. Use new test rows and a search of their own, "
        + "or set RefuseSecondLook to false for a report with a warning.";

    private const string Warning = "The test rows were looked at before, first on 2024-05-06 07:08:09 UTC. If a choice was made by those "
        + "figures, these are too good; use new test rows for unbiased ones.";

    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_look_is_a_warning_in_the_report_the_log_and_the_journal(bool hasFolder)
    {
        var context = new MLContext(seed: 1);
        List<string> warnings = [];
        context.Log += (_, entry) =>
        {
            if (entry.RawMessage.StartsWith("The test rows", StringComparison.Ordinal))
                warnings.Add(entry.RawMessage);
        };
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = ProbeSearch.Plain(context).Run(
            train, dev, new SearchOptions { Trials = 5, Seed = 3, Folder = hasFolder ? Folder : null, TimeProvider = new Clock() });
        TestReport report = result.ReportOnTest(Test());
        Assert.Same(result.Best, report.Trial);
        Assert.Equal(result.Best!.Figures["value"], report.Figures["value"]);
        Assert.Empty(report.EarlierLooks);
        Assert.Equal(Clock.Time, report.Time);
        Assert.DoesNotContain("looked at", report.ToString(), StringComparison.Ordinal);
        Assert.Empty(warnings);
        TestReport again = result.ReportOnTest(Test());
        Assert.Equal([Clock.Time], again.EarlierLooks);
        Assert.Equal(report.Figures, again.Figures);
        Assert.Contains(Warning, again.ToString(200), StringComparison.Ordinal);
        Assert.All(again.ToString().Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal([Warning], warnings);
        Assert.Equal(2, result.ReportOnTest(Test()).EarlierLooks.Count);
        if (hasFolder)
        {
            string[] looks = [
                .. File.ReadAllLines(Path.Combine(Folder, "journal.jsonl")).Where(line => line.Contains("\"test\"", StringComparison.Ordinal)),
            ];
            Assert.Equal([false, false, true, true, true, true], looks.Select(line => line.Contains("\"again\":true", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_look_is_refused_where_the_options_ask_for_it(bool hasFolder)
    {
        SearchResult result = Run(hasFolder, refuses: true);
        Assert.Empty(result.ReportOnTest(Test()).EarlierLooks);
        Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() => result.ReportOnTest(Test())).Message);
    }

    [Fact]
    public void A_resumed_search_knows_of_the_look_of_an_earlier_run()
    {
        TestReport first = Run(hasFolder: true).ReportOnTest(Test());
        SearchResult refusing = Run(hasFolder: true, refuses: true);
        Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() => refusing.ReportOnTest(Test())).Message);
        TestReport second = Run(hasFolder: true).ReportOnTest(Test());
        Assert.Equal([Clock.Time], second.EarlierLooks);
        Assert.Equal(first.Figures, second.Figures);
        // Each look when it begins, and once more with its figures.
        Assert.Equal(4, SearchProbes.Of(Folder, "test").Length);
    }

    [Fact]
    public async Task A_second_process_knows_of_the_look_of_the_first()
    {
        string[] first = await ProbeProcess.Run("MLNet.DeepExt.Tests.SearchProbe", ["test", Folder, "5"]);
        Assert.Contains(first, line => line.StartsWith("looked ", StringComparison.Ordinal) && line.EndsWith(" after 0", StringComparison.Ordinal));
        string[] second = await ProbeProcess.Run("MLNet.DeepExt.Tests.SearchProbe", ["test", Folder, "5"]);
        Assert.Contains(second, line => line.StartsWith("looked ", StringComparison.Ordinal) && line.EndsWith(" after 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_search_reads_no_test_rows_and_the_report_does()
    {
        var context = new MLContext(seed: 1);
        int read = 0;
        IDataView test = context.Data.LoadFromEnumerable(ProbeRow.Generate(30, 5).Select(row =>
        {
            read++;
            return row;
        }));
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = ProbeSearch.Networks(context).Run(train, dev, new SearchOptions { Trials = 2, Seed = 3 });
        Assert.Equal(0, read);
        double value = result.ReportOnTest(test).Figures["fit"];
        Assert.NotEqual(0, read);
        Assert.NotEqual(result.Best!.Figures["fit"], value);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("en-US")]
    public void The_report_is_a_table(string culture)
    {
        using var scope = new CultureScope(culture);
        SearchResult result = Run(hasFolder: false);
        string value = result.Best!.Figures["value"].ToString("0.####", System.Globalization.CultureInfo.InvariantCulture).PadLeft(10);
        result.ReportOnTest(Test());
        Assert.Equal(
            [
                $"Trial 4 on the test rows, looked at 2 times: {result.Best.Parameters}",
                "criterion         dev        test",
                $"value      {value}  {value}",
                Warning,
            ],
            result.ReportOnTest(Test()).ToString(200).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Of_two_who_ask_at_once_one_is_refused_before_it_measures()
    {
        using var second = new ManualResetEventSlim();
        int measured = 0;
        bool isTest = false;
        SearchResult result = Measured(() =>
        {
            if (!isTest)
                return;
            Interlocked.Increment(ref measured);
            Assert.True(second.Wait(TimeSpan.FromMinutes(1)));
        }, refuses: true);
        isTest = true;
        Task<TestReport> first = Task.Run(() => result.ReportOnTest(Test()), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref measured) > 0, TimeSpan.FromMinutes(1)));
        Task<TestReport> other = Task.Run(
            () =>
            {
                second.Set();
                return result.ReportOnTest(Test());
            },
            TestContext.Current.CancellationToken);
        await first;
        await Assert.ThrowsAsync<InvalidOperationException>(() => other);
        Assert.Equal(1, measured);
    }

    [Fact]
    public void A_look_that_came_to_nothing_is_a_look()
    {
        bool isTest = false;
        SearchResult result = Measured(() => isTest = isTest ? throw new NotSupportedException() : false);
        isTest = true;
        Assert.Throws<NotSupportedException>(() => result.ReportOnTest(Test()));
        isTest = false;
        Assert.Equal(
            Refusal, Assert.Throws<InvalidOperationException>(() => Measured(() => { }, refuses: true).ReportOnTest(Test())).Message);
        Assert.Single(result.ReportOnTest(Test()).EarlierLooks);
    }

    [Fact]
    public void What_happened_to_a_test_row_is_the_error_of_the_report()
    {
        bool isTest = false;
        SearchResult result = Measured(() => isTest = isTest
            ? throw new InvalidOperationException(
                "Splitter/consolidator worker encountered exception while consuming source data", new FormatException("Row 7 is broken."))
            : false);
        isTest = true;
        Assert.Equal("Row 7 is broken.", Assert.Throws<FormatException>(() => result.ReportOnTest(Test())).Message);
    }

    [Fact]
    public async Task A_report_says_that_others_are_still_at_trials()
    {
        SearchResult result = Run(hasFolder: true);
        using var looked = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        Task<SearchResult> other = Task.Run(
            () => SearchProbes.Run(
                context => ProbeSearch.Plain(context, _ =>
                {
                    running.Set();
                    Assert.True(looked.Wait(TimeSpan.FromMinutes(1)));
                }),
                new SearchOptions { Trials = 6, Folder = Folder }),
            TestContext.Current.CancellationToken);
        Assert.True(running.Wait(TimeSpan.FromMinutes(1)));
        TestReport report = result.ReportOnTest(Test());
        looked.Set();
        Assert.Equal(1, report.RunningTrials);
        Assert.EndsWith(
            "The search was not over: 1 trials were running, and one may turn out better." + Environment.NewLine,
            report.ToString(200), StringComparison.Ordinal);
        await other;
        Assert.Equal(0, Run(hasFolder: true).ReportOnTest(Test()).RunningTrials);
    }

    private SearchResult Measured(Action measure, bool refuses = false) => SearchProbes.Run(
        context => context.ModelSelection.Search(new SearchSpace { ["X"] = Range.Linear(0, 1) }, trial => new PlainEstimator(_ => trial.Number))
            .Maximize(MLNet.DeepExt.Selection.Criterion.Of("value", higherIsBetter: true, (model, _) =>
            {
                measure();
                return ((PlainModel)model).Value;
            })),
        new SearchOptions { Trials = 5, Folder = Folder, TimeProvider = new Clock(), RefuseSecondLook = refuses });

    private static IDataView Test() => ProbeSearch.Rows(new MLContext(seed: 1)).Dev;

    private SearchResult Run(bool hasFolder, bool refuses = false) => SearchProbes.Run(
        context => ProbeSearch.Plain(context),
        new SearchOptions { Trials = 5, Folder = hasFolder ? Folder : null, TimeProvider = new Clock(), RefuseSecondLook = refuses });

    private sealed class Clock : TimeProvider
    {
        public static DateTimeOffset Time { get; } = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Time;
    }
}
