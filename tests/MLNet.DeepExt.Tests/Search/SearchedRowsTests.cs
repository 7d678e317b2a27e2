using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Search;
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
        string[] lines = File.ReadAllLines(Journal);
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
        Assert.All(log.Of(ChannelMessageKind.Warning), warning => Assert.EndsWith(
            ", whose values cannot be compared; rows that differ in it alone are taken for the same.", warning, StringComparison.Ordinal));
        Assert.Equal(2, log.Of(ChannelMessageKind.Warning).Length);
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

    private void AssertRefused(string difference, string part, string path) => Assert.Equal(
        $"The folder '{Folder}' holds another search: {difference}. Name another folder, or delete it to begin anew.",
        Assert.Throws<InvalidOperationException>(() => Run(
            part == "train" ? path : _directory.PathOf("train.csv"), part == "dev" ? path : _directory.PathOf("dev.csv"))).Message);

    private SearchResult Run(string train, string dev, int trials = 2, bool caches = true, CancellationToken token = default)
    {
        var context = new MLContext(seed: 1);
        return ProbeSearch.Plain(context).Run(
            Load(context, train),
            Load(context, dev),
            new SearchOptions { Trials = trials, Folder = Folder, Seed = 3, Cache = caches, CancellationToken = token });
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

    private sealed class ThingDataViewType() : StructuredDataViewType(typeof(Thing))
    {
        public override bool Equals(DataViewType? other) => other is ThingDataViewType;

        public override int GetHashCode() => 1;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ThingTypeAttribute : DataViewTypeAttribute
    {
        public override bool Equals(DataViewTypeAttribute? other) => other is ThingTypeAttribute;

        public override int GetHashCode() => 1;

        public override void Register() => DataViewTypeManager.Register(new ThingDataViewType(), typeof(Thing), this);
    }
}
