using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class WorkerTests
{
    [Fact]
    public void Shares_cut_the_whole_at_multiples_of_the_unit_into_parts_that_differ_by_one_unit()
    {
        for (int count = 1; count <= 4; count++)
        {
            using var team = new WorkerTeam(count);
            var random = new Random(count);
            for (int sample = 0; sample < 200; sample++)
            {
                int length = sample < 40 ? sample : random.Next(0, 100_000), unit = random.Next(1, 70);
                CheckShares(Shares(team, worker => worker.Share(length, unit)), length, unit);
            }
        }
    }

    [Fact]
    public void Shares_of_the_longest_range_do_not_overflow()
    {
        using var team = new WorkerTeam(3);
        CheckShares(Shares(team, worker => worker.Share(int.MaxValue, 16)), int.MaxValue, 16);
        CheckShares(Shares(team, worker => worker.Share(int.MaxValue)), int.MaxValue, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Rectangles_cover_every_element_once_by_rows_and_by_columns(int count)
    {
        using var team = new WorkerTeam(count);
        foreach (int rows in new[] { 1, 2, 3, 7 })
        {
            foreach (int width in new[] { 1, 16, 17, 70 })
            {
                CheckCovered(Shares(team, worker => worker.Share(Split.Rows, rows, width)), rows, width);
                Rectangle[] columns = Shares(team, worker => worker.Share(Split.Columns, rows, width));
                CheckCovered(columns, rows, width);
                Assert.All(columns, rectangle => Assert.Equal((0, 0), (rectangle.ColumnFrom % Lanes.Strip, rectangle.ColumnTo % Lanes.Strip)));
            }
        }
    }

    [Fact]
    public void Alone_a_worker_has_everything_and_waits_for_nobody()
    {
        Worker.Alone.Barrier();
        Assert.Equal((0, 1), (Worker.Alone.Index, Worker.Alone.Count));
        Assert.Equal((0, 17), Worker.Alone.Share(17, 16));
        Assert.Equal(new Rectangle(0, 5, 0, 32), Worker.Alone.Share(Split.Rows, 5, 17));
        Assert.Equal(new Rectangle(0, 5, 0, 32), Worker.Alone.Share(Split.Columns, 5, 17));
    }

    [Fact]
    public void A_rectangle_knows_its_size_and_where_it_begins()
    {
        var rectangle = new Rectangle(2, 5, 16, 48);
        Assert.Equal((3, 32, false, 2 * 64 + 16), (rectangle.Rows, rectangle.Width, rectangle.IsEmpty, rectangle.Offset(64)));
        Assert.True(new Rectangle(2, 2, 0, 16).IsEmpty);
        Assert.True(new Rectangle(0, 2, 16, 16).IsEmpty);
    }

    private static void CheckShares((int From, int To)[] shares, int length, int unit)
    {
        string shape = $"[0, {length}) in units of {unit} among {shares.Length}";
        Assert.True(shares[0].From == 0 && shares[^1].To == length, shape);
        long smallest = long.MaxValue, largest = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            Assert.True(i == 0 || shares[i].From == shares[i - 1].To, shape);
            Assert.True(shares[i].From % unit == 0 || shares[i].From == length, shape);
            long units = ((long)shares[i].To - shares[i].From + unit - 1) / unit;
            smallest = Math.Min(smallest, units);
            largest = Math.Max(largest, units);
        }

        Assert.True(largest - smallest <= 1, shape);
    }

    private static void CheckCovered(Rectangle[] rectangles, int rows, int width)
    {
        var covered = new int[rows, Lanes.Pad(width)];
        foreach (Rectangle rectangle in rectangles)
        {
            for (int row = rectangle.RowFrom; row < rectangle.RowTo; row++)
            {
                for (int column = rectangle.ColumnFrom; column < rectangle.ColumnTo; column++)
                    covered[row, column]++;
            }
        }

        Assert.All(covered.Cast<int>(), times => Assert.Equal(1, times));
    }

    private static TShare[] Shares<TShare>(WorkerTeam team, Func<Worker, TShare> share)
    {
        var shares = new TShare[team.Count];
        team.Run(new TeamWork(worker => shares[worker.Index] = share(worker)));
        return shares;
    }
}
