using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>Where the content of rows decides, nothing else does.</summary>
[Trait("Spec", "B4")]
public sealed class ContentSplitTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Rows_stay_where_they_were_when_the_data_is_shuffled_and_grows()
    {
        SplitRow[] rows = SplitRow.Rows(600);
        Dictionary<int, string> before = PartOfId(rows[..400]);
        SplitRow[] shuffled = [.. rows];
        new Random(2).Shuffle(shuffled);
        Dictionary<int, string> after = PartOfId(shuffled);
        Assert.All(before, pair => Assert.Equal(pair.Value, after[pair.Key]));
    }

    [Fact]
    public void The_sizes_are_about_the_fractions()
    {
        TrainDevTestData split = Split(SplitRow.Load(_context, SplitRow.Rows(20_000)), new() { TrainDevFraction = 0.05 });
        // Four standard errors to either side.
        Assert.InRange(split.TestRows, 2000 - 170, 2000 + 170);
        Assert.InRange(split.DevRows, 2000 - 170, 2000 + 170);
        Assert.InRange(split.TrainDevRows, 1000 - 125, 1000 + 125);
    }

    [Fact]
    public void A_larger_dev_part_leaves_the_test_rows_as_they_were()
    {
        IDataView data = SplitRow.Load(_context, SplitRow.Rows(500));
        TrainDevTestData small = Split(data, new() { DevFraction = 0.1 }), large = Split(data, new() { DevFraction = 0.3 });
        Assert.Equal(small.Test.GetColumn<int>("Id"), large.Test.GetColumn<int>("Id"));
        Assert.Subset(large.Dev.GetColumn<int>("Id").ToHashSet(), small.Dev.GetColumn<int>("Id").ToHashSet());
    }

    [Fact]
    public void Equal_rows_are_in_one_part()
    {
        SplitRow[] rows = SplitRow.Rows(200);
        TrainDevTestData split = Split(SplitRow.Load(_context, [.. rows, .. rows, .. rows]), new());
        Assert.Equal(0, split.TrainRows % 3);
        int[][] ids = [[.. split.Train.GetColumn<int>("Id")], [.. split.Dev.GetColumn<int>("Id")], [.. split.Test.GetColumn<int>("Id")]];
        Assert.All(ids, part => Assert.All(part.CountBy(id => id), count => Assert.Equal(3, count.Value)));
    }

    [Fact]
    public void What_a_key_stands_for_counts_and_not_its_number()
    {
        SplitRow[] rows = SplitRow.Rows(300);
        SplitRow[] reversed = [.. rows.Reverse()]; // its keys are numbered in another order
        var options = new TrainDevTestSplitOptions { ContentColumnNames = ["Key"] };
        TrainDevTestData split = Split(Keyed(rows), options), other = Split(Keyed(reversed), options);
        Assert.Equal(split.Test.GetColumn<int>("Id"), other.Test.GetColumn<int>("Id").Reverse());

        IDataView Keyed(SplitRow[] some)
        {
            IDataView data = SplitRow.Load(_context, some);
            return _context.Transforms.Conversion.MapValueToKey("Key", "Group").Fit(data).Transform(data);
        }
    }

    [Fact]
    public void Zeros_count_alike_whether_they_are_left_out_or_not()
    {
        var random = new Random(5);
        float[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 6).Select(_ => (float)random.Next(3)).ToArray())];
        float[][] test = VectorRow.Read(Split(VectorRow.Dense(_context, rows), new()).Test);
        Assert.Equal(test, VectorRow.Read(Split(VectorRow.Sparse(_context, rows), new()).Test));
        Assert.NotEmpty(test);
    }

    [Fact]
    public void The_order_of_columns_does_not_count_and_neither_does_the_context()
    {
        SplitRow[] rows = SplitRow.Rows(300);
        IDataView data = SplitRow.Load(_context, rows), other = _context.Transforms
            .SelectColumns("Time", "Features", "Label", "Id", "Group", "Flag", "OffsetTime", "Number").Fit(data).Transform(data);
        Assert.Equal(Split(data, new()).Test.GetColumn<int>("Id"), Split(other, new()).Test.GetColumn<int>("Id"));
        Assert.Equal(
            Split(data, new()).Test.GetColumn<int>("Id"),
            new MLContext().Data.TrainDevTestSplit(data, new TrainDevTestSplitOptions { ByContent = true }).Test.GetColumn<int>("Id"));
    }

    [Fact]
    public void The_same_rows_are_in_test_for_ever()
    {
        // By Reference/content_split.py. Another answer would move rows between parts of data that people hold.
        IEnumerable<SplitRow> rows = Enumerable.Range(0, 60).Select(id => new SplitRow { Id = id, Label = $"row {id}" });
        Assert.Equal(
            [3, 4, 7, 23, 28, 31, 34, 42, 50, 54],
            Split(SplitRow.Load(_context, rows), new() { ContentColumnNames = ["Label", "Id"] }).Test.GetColumn<int>("Id"));
    }

    [Fact]
    public void Groups_go_by_their_name_alone()
    {
        SplitRow[] rows = SplitRow.Rows(500);
        TrainDevTestData split = Split(SplitRow.Load(_context, rows), new() { GroupColumnName = "Group" });
        HashSet<int> test = [.. split.Test.GetColumn<int>("Id")];
        Assert.All(rows.GroupBy(row => row.Group), group => Assert.Single(group.Select(row => test.Contains(row.Id)).Distinct()));
        foreach (SplitRow row in rows)
            row.Number++;
        Assert.Equal(
            test.Order(), Split(SplitRow.Load(_context, rows), new() { GroupColumnName = "Group" }).Test.GetColumn<int>("Id").Order());
    }

    private TrainDevTestData Split(IDataView data, TrainDevTestSplitOptions options)
    {
        options.ByContent = true;
        return _context.Data.TrainDevTestSplit(data, options);
    }

    private Dictionary<int, string> PartOfId(SplitRow[] rows)
    {
        TrainDevTestData split = Split(SplitRow.Load(_context, rows), new());
        return new[] { ("train", split.Train), ("dev", split.Dev), ("test", split.Test) }
            .SelectMany(part => part.Item2.GetColumn<int>("Id").Select(id => (id, part.Item1)))
            .ToDictionary(pair => pair.id, pair => pair.Item2);
    }
}
