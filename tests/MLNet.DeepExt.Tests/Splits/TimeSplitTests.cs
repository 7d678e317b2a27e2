using Microsoft.ML;
using MLNet.DeepExt.Splits;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>The oldest rows are learned from, the newest are tested with.</summary>
[Trait("Spec", "B4")]
public sealed class TimeSplitTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("Time")]
    [InlineData("OffsetTime")]
    [InlineData("Number")]
    [InlineData("Id")]
    public void Train_is_older_than_dev_and_dev_than_test(string time)
    {
        SplitRow[] rows = SplitRow.Rows(500);
        rows[7].Number = -3;
        rows[8].Number = -2;
        int[][] parts = SplitParts.Of(_context.Data.TrainDevTestSplit(SplitRow.Load(_context, rows), new TrainDevTestSplitOptions
        {
            DevFraction = 0.2,
            TestFraction = 0.1,
            TrainDevFraction = 0.1,
            TimeColumnName = time,
        }));
        Assert.Equal([300, 50, 100, 50], parts.Select(part => part.Length));
        IComparable[][] times = [.. parts.Select(part => part.Select(id => TimeOf(rows[id])).Order().ToArray())];
        Assert.True(Math.Max(Rank(times[0][^1]), Rank(times[1][^1])) <= Rank(times[2][0]));
        Assert.True(Rank(times[2][^1]) <= Rank(times[3][0]));
        // Drawn from all of the time that is learned from, not from its end.
        Assert.True(Rank(times[1][0]) < Rank(times[0][100]));

        IComparable TimeOf(SplitRow row) => time switch
        {
            "Time" => row.Time,
            "OffsetTime" => row.OffsetTime,
            "Number" => row.Number,
            _ => row.Id,
        };

        int Rank(IComparable value) => rows.Count(row => TimeOf(row).CompareTo(value) < 0);
    }

    [Fact]
    public void Times_of_64_bits_without_a_sign_keep_all_of_their_digits()
    {
        const ulong First = (1UL << 63) - 2;
        IDataView data = _context.Data.LoadFromEnumerable(
            new[] { 4, 3, 2, 1, 0 }.Select(id => new UnsignedTime { Id = id, Time = First + (ulong)id }).ToArray());
        int[][] parts = SplitParts.Of(_context.Data.TrainDevTestSplit(
            data, new TrainDevTestSplitOptions { DevCount = 1, TestCount = 1, TimeColumnName = "Time" }));
        Assert.Equal([[2, 1, 0], [], [3], [4]], parts);
    }

    [Fact]
    public void Rows_of_the_same_time_are_cut_where_they_stand()
    {
        SplitRow[] rows = SplitRow.Rows(10);
        foreach (SplitRow row in rows)
            row.Time = new DateTime(2021, 5, 5);
        int[][] parts = SplitParts.Of(_context.Data.TrainDevTestSplit(
            SplitRow.Load(_context, rows), new TrainDevTestSplitOptions { DevCount = 2, TestCount = 3, TimeColumnName = "Time" }));
        Assert.Equal([[0, 1, 2, 3, 4], [], [5, 6], [7, 8, 9]], parts);
    }

    [Fact]
    public void Missing_times_are_refused()
    {
        SplitRow[] rows = SplitRow.Rows(30);
        rows[3].Time = rows[9].Time = default;
        SplitParts.AssertRefused(
            _context,
            "Time column 'Time' has no value in 2 of 30 rows, so their age is unknown; filter them out first.",
            rows, new TrainDevTestSplitOptions { TimeColumnName = "Time" });
        rows[3].Number = float.NaN;
        SplitParts.AssertRefused(
            _context,
            "Time column 'Number' has no value in 1 of 30 rows, so their age is unknown; filter them out first.",
            rows, new TrainDevTestSplitOptions { TimeColumnName = "Number" });
    }

    private sealed class UnsignedTime
    {
        public int Id { get; set; }

        public ulong Time { get; set; }
    }
}
