using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Tests.Conformance;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Areas under curves by the order of rows, whatever their weights, ties and order of arrival.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class RankingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Areas_are_those_of_every_pair_of_rows(bool isWeighted)
    {
        (float Output, bool IsYes, double Weight)[] rows = Rows(isWeighted);
        double ordered = 0, pairs = 0;
        foreach (var yes in rows.Where(row => row.IsYes))
        {
            foreach (var no in rows.Where(row => !row.IsYes))
            {
                pairs += yes.Weight * no.Weight;
                ordered += yes.Weight * no.Weight * (yes.Output > no.Output ? 1 : yes.Output == no.Output ? 0.5 : 0);
            }
        }

        Assert.Equal(ordered / pairs, AreaOf(rows), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_order_in_which_rows_come_changes_no_bit(bool isWeighted)
    {
        (float Output, bool IsYes, double Weight)[] rows = Rows(isWeighted);
        double expected = AreaOf(rows);
        Assert.Equal(expected, AreaOf([.. rows.Reverse()]));
        Assert.Equal(expected, AreaOf([.. rows.OrderBy(row => row.Weight)]));
    }

    [Fact]
    public void Rows_may_be_added_after_a_figure_was_asked_for_and_their_weights_may_differ_from_then_on()
    {
        var rows = Rows(isWeighted: true).Select((row, i) => row with { Weight = i < 50 ? 1 : row.Weight }).ToArray();
        MetricOfRows metric = MetricOfRows.OfClasses(new AreaUnderRocCurve(), outputs: 1);
        foreach ((int i, (float output, bool isYes, double weight)) in rows.Index())
        {
            if (i is 30 or 60)
                Assert.True(double.IsFinite(metric.Value));
            metric.Add([output], isYes ? 1 : 0, weight);
        }

        Assert.Equal(AreaOf(rows), metric.Value);
    }

    [Fact]
    public void A_row_of_a_class_takes_at_most_ten_bytes_where_all_weigh_the_same()
    {
        const int classes = 100, rows = 5000;
        MetricOfRows metric = MetricOfRows.OfClasses(new AreaUnderRocCurve(), classes);
        var outputs = new float[classes];
        var random = new Random(1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < classes; i++)
                outputs[i] = random.NextSingle();
            metric.Add(outputs, row % classes);
        }

        Assert.InRange(metric.Value, 0.4, 0.6);
        // Sorted in place: a value keeps nothing beside the rows.
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(kept, 0, 10L * classes * rows);
        GC.KeepAlive(metric);
    }

    private static double AreaOf((float Output, bool IsYes, double Weight)[] rows)
    {
        MetricOfRows metric = MetricOfRows.OfClasses(new AreaUnderRocCurve(), outputs: 1);
        foreach ((float output, bool isYes, double weight) in rows)
            metric.Add([output], isYes ? 1 : 0, weight);
        return metric.Value;
    }

    private static (float Output, bool IsYes, double Weight)[] Rows(bool isWeighted)
    {
        var random = new Random(1);
        // Many are equal, and 0 and -0 are one number.
        return [.. Enumerable.Range(0, 200).Select(i => (
            i % 17 == 0 ? (i % 2 == 0 ? 0f : -0f) : random.Next(-10, 10) / 10f, random.Next(3) == 0,
            isWeighted ? 0.1 + random.NextDouble() : 0.3))];
    }
}
