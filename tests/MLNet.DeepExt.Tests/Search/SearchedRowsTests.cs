using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>A folder knows the rows of its search.</summary>
[Trait("Spec", "C5")]
public sealed class SearchedRowsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    private string Journal => Path.Combine(Folder, "journal.jsonl");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_search_that_is_resumed_on_the_same_file_goes_on(bool caches)
    {
        Run(Write("train.csv", 60), Write("dev.csv", 40), trials: 2, caches);
        Assert.Equal(4, Run(Write("same.csv", 60), Write("dev.csv", 40), trials: 4, caches).Trials.Count);
        Assert.Equal(4, SearchProbes.Of(Folder, "started").Length);
    }

    [Theory]
    [InlineData("train", 60)]
    [InlineData("dev", 40)]
    public void Another_number_of_rows_of_a_file_is_refused(string part, int rows)
    {
        Run(Write("train.csv", 60), Write("dev.csv", 40));
        string other = Write("other.csv", rows - 1);
        AssertRefused($"it has {rows} {part} rows but here there are {rows - 1}", part, other);
    }

    [Theory]
    [InlineData("train", "1,0.5,a,0", "1,0.5,a,1")]
    [InlineData("train", "1,0.5,a,0", "1,0.25,a,0")]
    [InlineData("train", "1,0.5,a,0", "1,0.5,b,0")]
    [InlineData("dev", "1,0.5,a,0", "1,0.5,a,1")]
    public void One_other_value_in_one_row_is_refused(string part, string line, string other)
    {
        string train = Write("train.csv", 60), dev = Write("dev.csv", 40);
        Run(train, dev);
        string path = part == "train" ? train : dev;
        string text = File.ReadAllText(path);
        Assert.Contains(line, text, StringComparison.Ordinal);
        string changed = _directory.PathOf("other.csv");
        File.WriteAllText(changed, text.Replace(line, other, StringComparison.Ordinal));
        AssertRefused($"its {(part == "train" ? 60 : 40)} {part} rows have other values than those here", part, changed);
    }

    [Fact]
    public void The_same_rows_in_another_order_are_refused()
    {
        string train = Write("train.csv", 60);
        Run(train, Write("dev.csv", 40));
        string reversed = _directory.PathOf("other.csv");
        File.WriteAllLines(reversed, File.ReadAllLines(train).Reverse());
        AssertRefused(
            "its train rows came in another order than here, and the order decides what is learned "
            + "(give a seed to the MLContext, the split or the shuffle that orders them)",
            "train",
            reversed);
    }

    [Fact]
    public void Rows_that_are_shuffled_as_they_are_read_are_the_same_with_the_same_seed_alone()
    {
        string path = Write("train.csv", 60);
        RunShuffled(1);
        Assert.Equal(2, RunShuffled(1).Trials.Count);
        string message = Assert.Throws<InvalidOperationException>(() => RunShuffled(2)).Message;
        Assert.Contains("its train rows came in another order than here", message, StringComparison.Ordinal);

        SearchResult RunShuffled(int seed)
        {
            var context = new MLContext(seed: 1);
            IDataView rows = context.Data.ShuffleRows(Load(context, path), seed);
            return ProbeSearch.Plain(context).Run(rows, Load(context, path), new SearchOptions { Trials = 2, Folder = Folder, Seed = 3 });
        }
    }

    [Fact]
    public void A_journal_of_the_first_version_is_resumed_with_a_warning()
    {
        string train = Write("train.csv", 60), dev = Write("dev.csv", 40);
        SearchResult first = Run(train, dev);
        string[] lines = JournalText.MakeOlder(Journal);
        JsonObject header = JsonNode.Parse(lines[0])!.AsObject();
        Assert.True(header.Remove("contents") && header.Remove("orders") && header.Remove("rows"));
        header["version"] = 1;
        header["rows"] = new JsonObject();
        File.WriteAllLines(Journal, [header.ToJsonString(), .. lines.Skip(1)]);
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "Search; Folder");
        SearchResult resumed = ProbeSearch.Plain(context).Run(
            Load(context, train), Load(context, dev), new SearchOptions { Trials = 2, Folder = Folder, Seed = 3 });
        Assert.Equal(SearchProbes.Exactly(first), SearchProbes.Exactly(resumed));
        Assert.Equal(
            $"The folder '{Folder}' was begun by an earlier version of this library, which did not write down what the rows hold. "
            + "See that train and dev rows are still the same, or name another folder.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
    }

    [Fact]
    public void A_column_whose_values_cannot_be_compared_is_named()
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "Search; Fingerprint");
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(value => new Odd { Number = value, Thing = new Thing() }));
        ProbeSearch.Plain(context).Run(rows, rows, new SearchOptions { Trials = 1, Folder = Folder, Seed = 3 });
        const string Expected =
            "Column 'Thing' is of type things, whose values cannot be compared; rows that differ in it alone are taken for the same.";
        Assert.Equal([Expected, Expected], log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Pictures_are_compared_by_their_pixels()
    {
        RunPictures(0);
        Assert.Single(RunPictures(0).Trials);
        string message = Assert.Throws<InvalidOperationException>(() => RunPictures(1)).Message;
        Assert.Contains("its 3 train rows have other values than those here", message, StringComparison.Ordinal);

        SearchResult RunPictures(byte pixel)
        {
            var context = new MLContext(seed: 1);
            IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(row => new Picture
            {
                Image = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Bgra32, [pixel, 2, 3, 255, 5, (byte)row, 7, 255]),
            }));
            return ProbeSearch.Plain(context).Run(rows, rows, new SearchOptions { Trials = 1, Folder = Folder, Seed = 3 });
        }
    }

    [Fact]
    public void A_cancelled_run_shows_what_was_found_and_begins_no_folder()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        string train = Write("train.csv", 60), dev = Write("dev.csv", 40);
        Assert.Equal(
            "The search was cancelled before a trial had ended.",
            Assert.Throws<OperationCanceledException>(() => Run(train, dev, token: cancellation.Token)).Message);
        Assert.False(File.Exists(Journal));
        SearchResult first = Run(train, dev);
        Assert.Equal(SearchProbes.Exactly(first), SearchProbes.Exactly(Run(train, dev, token: cancellation.Token)));
    }

    [Fact]
    public void A_look_at_other_test_rows_is_told_from_a_look_at_the_same()
    {
        var context = new MLContext(seed: 1);
        string train = Write("train.csv", 60), dev = Write("dev.csv", 40);
        IDataView test = Load(context, Write("test.csv", 20)), other = Load(context, Write("test2.csv", 21));
        Assert.Equal(0, Run(train, dev).ReportOnTest(test).EarlierLooksAtOtherRows);
        TestReport onOther = Run(train, dev).ReportOnTest(other);
        Assert.Equal((1, 1), (onOther.EarlierLooks.Count, onOther.EarlierLooksAtOtherRows));
        Assert.Contains("Other test rows were looked at before, first on ", onOther.ToString(200), StringComparison.Ordinal);
        TestReport again = Run(train, dev).ReportOnTest(test);
        Assert.Equal((2, 1), (again.EarlierLooks.Count, again.EarlierLooksAtOtherRows));
        Assert.Contains(Environment.NewLine + "The test rows were looked at before, first on ", again.ToString(200), StringComparison.Ordinal);
    }

    [Fact]
    public void Looks_at_the_same_rows_are_dated_and_counted_without_those_at_others()
    {
        var context = new MLContext(seed: 1);
        var clock = new DayClock();
        SearchResult result = Run(Write("train.csv", 60), Write("dev.csv", 40), clock: clock);
        IDataView test = Load(context, Write("test.csv", 20)), other = Load(context, Write("test2.csv", 21));
        result.ReportOnTest(other);
        clock.Days = 1;
        string[] first = Lines(result.ReportOnTest(test));
        Assert.StartsWith($"Trial {result.Best!.Number} on the test rows: ", first[0], StringComparison.Ordinal);
        Assert.Equal(
            "Other test rows were looked at before, first on 2024-05-06 07:08:09 UTC. " +
                "These figures are unbiased if none of those rows are among these.",
            first[^1]);
        clock.Days = 2;
        TestReport report = result.ReportOnTest(test);
        Assert.Equal((2, 1), (report.EarlierLooks.Count, report.EarlierLooksAtOtherRows));
        string[] second = Lines(report);
        Assert.StartsWith($"Trial {result.Best.Number} on the test rows, looked at 2 times: ", second[0], StringComparison.Ordinal);
        Assert.Equal(
            "The test rows were looked at before, first on 2024-05-07 07:08:09 UTC. If a choice was made by those figures, these are too good; "
            + "use new test rows for unbiased ones.",
            second[^1]);

        static string[] Lines(TestReport report) => report.ToString(200).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Rows_with_fewer_columns_are_others_only_where_their_number_is_another()
    {
        var context = new MLContext(seed: 1);
        SearchResult result = Run(Write("train.csv", 60), Write("dev.csv", 40));
        IDataView test = Load(context, Write("test.csv", 20));
        IDataView narrow = context.Transforms.DropColumns("Name").Fit(test).Transform(test);
        result.ReportOnTest(test);
        TestReport report = result.ReportOnTest(narrow);
        Assert.Equal((1, 0), (report.EarlierLooks.Count, report.EarlierLooksAtOtherRows));
        Assert.Contains(Environment.NewLine + "The test rows were looked at before, first on ", report.ToString(200), StringComparison.Ordinal);
        IDataView fewer = context.Data.TakeRows(narrow, 19);
        Assert.Equal(2, result.ReportOnTest(fewer).EarlierLooksAtOtherRows);
    }

    [Fact]
    public void A_cancelled_run_does_not_complete_a_first_line_that_was_torn()
    {
        string train = Write("train.csv", 60), dev = Write("dev.csv", 40);
        Run(train, dev);
        File.WriteAllBytes(Journal, File.ReadAllBytes(Journal)[..20]);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Equal(
            "The search was cancelled before a trial had ended.",
            Assert.Throws<OperationCanceledException>(() => Run(train, dev, token: cancellation.Token)).Message);
        Run(train, dev);
        AssertRefused("it has 60 train rows but here there are 59", "train", Write("other.csv", 59));
    }

    private void AssertRefused(string difference, string part, string path) => Assert.Equal(
        $"The folder '{Folder}' holds another search: {difference}. Name another folder, or delete it to begin again.",
        Assert.Throws<InvalidOperationException>(() => Run(
            part == "train" ? path : _directory.PathOf("train.csv"), part == "dev" ? path : _directory.PathOf("dev.csv"))).Message);

    private SearchResult Run(
        string train, string dev, int trials = 2, bool caches = true, TimeProvider? clock = null, CancellationToken token = default)
    {
        var context = new MLContext(seed: 1);
        return ProbeSearch.Plain(context).Run(
            Load(context, train),
            Load(context, dev),
            new SearchOptions
            {
                Trials = trials,
                Folder = Folder,
                Seed = 3,
                Cache = caches,
                TimeProvider = clock ?? TimeProvider.System,
                CancellationToken = token,
            });
    }

    private static IDataView Load(MLContext context, string path) => context.Data.LoadFromTextFile<Row>(path, separatorChar: ',');

    private string Write(string name, int rows)
    {
        string path = _directory.PathOf(name);
        File.WriteAllLines(
            path,
            Enumerable.Range(0, rows).Select(row => FormattableString.Invariant($"{row},{0.5 * row},{(row % 2 == 1 ? "a" : "b")},{row / 2 % 2}")));
        return path;
    }

    private sealed class Row
    {
        [LoadColumn(0, 1)]
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [LoadColumn(2)]
        public string Name { get; set; } = "";

        [LoadColumn(3)]
        public bool Label { get; set; }
    }

    private sealed class Picture
    {
        [Microsoft.ML.Transforms.Image.ImageType(1, 2)]
        public MLImage? Image { get; set; }
    }

    private sealed class Odd
    {
        public float Number { get; set; }

        [ThingType]
        public Thing? Thing { get; set; }
    }

    private sealed class Thing;

    private sealed class DayClock : TimeProvider
    {
        public int Days { get; set; }

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddDays(Days);
    }

    private sealed class ThingDataViewType() : StructuredDataViewType(typeof(Thing))
    {
        public override bool Equals(DataViewType? other) => other is ThingDataViewType;

        public override int GetHashCode() => 1;

        public override string ToString() => "things";
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ThingTypeAttribute : DataViewTypeAttribute
    {
        public override bool Equals(DataViewTypeAttribute? other) => other is ThingTypeAttribute;

        public override int GetHashCode() => 1;

        public override void Register() => DataViewTypeManager.Register(new ThingDataViewType(), typeof(Thing), this);
    }
}
