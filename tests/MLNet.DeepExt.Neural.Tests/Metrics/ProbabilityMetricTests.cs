using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Tests.Conformance;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Metrics of probabilities and of the order of outputs; expected figures are worked out by hand.</summary>
[Trait("Spec", "C1")]
public sealed class ProbabilityMetricTests
{
    public static TheoryData<string> BinaryNames =>
        [.. MetricTable.Names.Where(name => name.StartsWith("binary.", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(BinaryNames))]
    public void One_output_and_two_say_the_same(string name)
    {
        Metric metric = MetricTable.Metric(name);
        // Of two outputs, which is the yes has to be said.
        Metric ofTwo = metric is FalsePositivesPer24Hours { Class: null } alarms ? alarms with { Class = 1 } : metric;
        MetricOfRows one = MetricOfRows.OfClasses(metric, outputs: 1), two = MetricOfRows.OfClasses(ofTwo, outputs: 2);
        float[][] outputs = MetricTable.Outputs(name);
        for (int row = 0; row < outputs.Length; row++)
        {
            int label = MetricTable.Target(name).Classes[row];
            one.Add(outputs[row], label, MetricTable.Weights[row]);
            two.Add([1 - outputs[row][0], outputs[row][0]], label, MetricTable.Weights[row]);
        }

        Assert.Equal(one.Value, two.Value, 1e-12);
    }

    [Fact]
    public void The_calibration_error_is_what_rows_of_like_confidence_are_off_by()
    {
        // Four rows said with 0.75 of which two are right, off by 0.25; two said with 1 that are right. 4/6 of 0.25.
        MetricOfRows error = MetricOfRows.OfClasses(new ExpectedCalibrationError(), outputs: 1);
        error.Add([0.75f], 1);
        error.Add([0.25f], 0);
        error.Add([0.75f], 0);
        error.Add([0.25f], 1);
        error.Add([1], 1);
        error.Add([0], 0);
        Assert.Equal(4 / 6.0 * 0.25, error.Value, 1e-12);
        // In a single bin 4 of 6 are right, and the confidence is 5/6.
        error = MetricOfRows.OfClasses(new ExpectedCalibrationError { Bins = 1 }, outputs: 2);
        foreach ((float output, int label) in new[] { (0.75f, 1), (0.25f, 0), (0.75f, 0), (0.25f, 1), (1f, 1), (0f, 0) })
            error.Add([1 - output, output], label);
        Assert.Equal(5 / 6.0 - 4 / 6.0, error.Value, 1e-12);
    }

    [Fact]
    public void A_probability_at_the_border_of_two_bins_is_in_the_lower_one()
    {
        // 0.5 ends the first of two bins: rows of 0.5 are apart from rows of 0.75, over and under by 0.5.
        MetricOfRows error = MetricOfRows.OfClasses(new ExpectedCalibrationError { Bins = 2 }, outputs: 1);
        error.Add([0.5f], 0);
        error.Add([0.75f], 0);
        Assert.Equal((0.5 + 0.75) / 2, error.Value, 1e-12);
    }

    [Fact]
    public void Of_equal_outputs_the_first_classes_are_named()
    {
        MetricOfRows first = MetricOfRows.OfClasses(new TopKAccuracy { K = 2 }, outputs: 3);
        first.Add([0.2f, 0.4f, 0.4f], label: 2);
        Assert.Equal(1, first.Value);
        first.Clear();
        first.Add([0.3f, 0.3f, 0.3f], label: 2);
        first.Add([0.3f, 0.3f, 0.3f], label: 1);
        Assert.Equal(0.5, first.Value);
    }

    [Fact]
    public void Rows_of_equal_output_are_one_step_of_the_precision_recall_curve()
    {
        // Said of .8 and above: one yes of two rows, half of all yes; of .4: two of three.
        MetricOfRows area = MetricOfRows.OfClasses(new AreaUnderPrecisionRecallCurve(), outputs: 1);
        area.Add([0.8f], 0);
        area.Add([0.8f], 1);
        area.Add([0.4f], 1);
        area.Add([0.1f], 0);
        Assert.Equal(0.5 * (1 / 2.0) + 0.5 * (2 / 3.0), area.Value, 1e-12);
        area.Clear();
        area.Add([0.8f], 0);
        Assert.Equal(double.NaN, area.Value);
        area.Clear();
        area.Add([0.8f], 1);
        Assert.Equal(1, area.Value);
    }

    [Fact]
    public void The_order_of_rows_that_come_does_not_matter()
    {
        var random = new Random(1);
        (float Output, int Label, double Weight)[] rows =
            [.. Enumerable.Range(0, 200).Select(_ => (random.Next(20) / 19f, random.Next(2), 0.1 + random.NextDouble()))];
        foreach (Metric metric in new Metric[] { new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve() })
        {
            MetricOfRows given = MetricOfRows.OfClasses(metric, outputs: 1), shuffled = MetricOfRows.OfClasses(metric, outputs: 1);
            foreach ((float output, int label, double weight) in rows)
                given.Add([output], label, weight);
            random.Shuffle(rows);
            foreach ((float output, int label, double weight) in rows)
                shuffled.Add([output], label, weight);
            Assert.Equal(given.Value, shuffled.Value);
            Assert.InRange(given.Value, 0.2, 0.8);
        }
    }

    [Fact]
    public void Scores_of_an_order_may_be_infinite()
    {
        foreach (Metric metric in new Metric[] { new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve() })
        {
            MetricOfRows area = MetricOfRows.OfClasses(metric, outputs: 1);
            area.Add([float.PositiveInfinity], 1);
            area.Add([0.3f], 1);
            area.Add([float.NegativeInfinity], 0);
            Assert.Equal(1, area.Value);
        }
    }

    [Fact]
    public void The_weights_of_an_area_keep_all_their_digits()
    {
        // Of the yes, one weighs a little more than the other, by less than single precision holds.
        MetricOfRows area = MetricOfRows.OfClasses(new AreaUnderRocCurve(), outputs: 1);
        double more = 1 + Math.ScaleB(1, -40);
        area.Add([0.9f], 1, more);
        area.Add([0.5f], 0);
        area.Add([0.1f], 1);
        Assert.Equal(more / (more + 1), area.Value);
    }

    [Fact]
    public void Bounds_belong_to_the_interval_and_crossed_ones_hold_nothing()
    {
        var coverage = new MetricOfRows(new IntervalCoverage(), outputs: 2, targets: 1);
        var width = new MetricOfRows(new IntervalWidth(), outputs: 2, targets: 1);
        foreach ((float lower, float upper, float target) in new[] { (1f, 3f, 1f), (1, 3, 3), (1, 3, 3.5f), (3, 1, 2), (0, 9, float.NaN) })
        {
            coverage.Add([lower, upper], [target]);
            width.Add([lower, upper], [target]);
        }

        Assert.Equal(0.5, coverage.Value);
        Assert.Equal((2 + 2 + 2 - 2) / 4.0, width.Value);
    }
}
