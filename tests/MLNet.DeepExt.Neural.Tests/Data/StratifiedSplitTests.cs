using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Data;

public sealed class StratifiedSplitTests
{
    [Fact]
    public void Every_row_is_in_one_part_in_the_order_of_the_data()
    {
        foreach ((int[] classes, double fraction) in Samples(100))
        {
            (int[] training, int[] heldOut) = StratifiedSplit.Draw(classes, fraction, new CounterRandom(1));
            Assert.Equal(Enumerable.Range(0, classes.Length), training.Concat(heldOut).Order());
            Assert.Equal(training.Order(), training);
            Assert.Equal(heldOut.Order(), heldOut);
        }
    }

    [Fact]
    public void Every_class_gives_its_share_within_one_row_and_keeps_one()
    {
        foreach ((int[] classes, double fraction) in Samples(300))
        {
            (_, int[] heldOut) = StratifiedSplit.Draw(classes, fraction, new CounterRandom(1));
            ILookup<int, int> given = heldOut.ToLookup(row => classes[row]);
            foreach (IGrouping<int, int> members in classes.GroupBy(label => label))
            {
                double wanted = Math.Min(members.Count() * fraction, members.Count() - 1);
                int count = given[members.Key].Count();
                Assert.True(Math.Abs(count - wanted) < 1 + 1e-9, $"class of {members.Count()} rows gave {count} at a fraction of {fraction}");
                Assert.True(count < members.Count());
            }
        }
    }

    [Fact]
    public void A_class_does_not_pay_for_single_rows_of_others()
    {
        // A hundred classes of one row, which give nothing, then one of ten.
        int[] classes = [.. Enumerable.Range(0, 100), .. Enumerable.Repeat(100, 10)];
        (_, int[] heldOut) = StratifiedSplit.Draw(classes, 0.2, new CounterRandom(1));
        Assert.InRange(heldOut.Length, 1, 3);
        Assert.All(heldOut, row => Assert.Equal(100, classes[row]));
    }

    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.1)]
    [InlineData(3, 0.2)]
    [InlineData(7, 0.3)]
    public void Many_small_classes_keep_the_share_of_the_whole(int size, double fraction)
    {
        int[] classes = [.. Enumerable.Range(0, 1000 * size).Select(row => row % 1000)];
        (_, int[] heldOut) = StratifiedSplit.Draw(classes, fraction, new CounterRandom(1));
        Assert.Equal(Math.Round(classes.Length * fraction), heldOut.Length);
    }

    [Fact]
    public void The_choice_depends_on_nothing_but_the_key()
    {
        int[] classes = [.. Enumerable.Range(0, 200).Select(row => row % 5)];
        int[] first = StratifiedSplit.Draw(classes, 0.3, new CounterRandom(1)).HeldOut;
        Assert.Equal(first, StratifiedSplit.Draw(classes, 0.3, new CounterRandom(1)).HeldOut);
        Assert.NotEqual(first, StratifiedSplit.Draw(classes, 0.3, new CounterRandom(2)).HeldOut);
    }

    [Fact]
    public void Every_row_is_held_out_as_often_as_another()
    {
        int[] classes = [.. Enumerable.Repeat(0, 20)];
        var counts = new int[20];
        for (ulong key = 0; key < 5000; key++)
        {
            foreach (int row in StratifiedSplit.Draw(classes, 0.25, new CounterRandom(key)).HeldOut)
                counts[row]++;
        }

        // Without replacement the counts vary less than the bound for independent draws allows.
        (double _, double high) = TestSupport.ChiSquare.Bounds(19);
        Assert.InRange(TestSupport.ChiSquare.OfEqualChances(counts), 0, high);
    }

    [Fact]
    public void A_fraction_of_none_and_no_rows_hold_nothing_out()
    {
        Assert.Empty(StratifiedSplit.Draw([0, 1, 0, 1], 0, new CounterRandom(1)).HeldOut);
        (int[] training, int[] heldOut) = StratifiedSplit.Draw([], 0.5, new CounterRandom(1));
        Assert.Empty(training);
        Assert.Empty(heldOut);
    }

    private static IEnumerable<(int[] Classes, double Fraction)> Samples(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            // Powers make some classes large and many small, down to single rows.
            int kinds = random.Next(1, 40);
            int[] classes = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => (int)(kinds * Math.Pow(random.NextDouble(), 3)))];
            yield return (classes, i % 3 == 0 ? new[] { 0.1, 0.2, 0.25, 0.5 }[i % 4] : random.NextDouble());
        }
    }
}
