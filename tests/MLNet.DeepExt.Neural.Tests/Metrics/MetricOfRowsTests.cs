using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;
using Accuracy = MLNet.DeepExt.Neural.Metrics.Accuracy;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>A metric of rows that anybody predicted; expected figures are worked out by hand.</summary>
[Trait("Spec", "A15")]
public sealed class MetricOfRowsTests
{
    private const float Missing = float.NaN;

    [Fact]
    public void Rows_are_added_one_by_one_and_the_value_can_be_asked_for_in_between()
    {
        // Said: 1 0 1 of 1 0 ?, no miss in two; then 0 1 0 of 1 1 0, one in three.
        var loss = new MetricOfRows(new HammingLoss(), width: 3);
        Assert.Equal(double.NaN, loss.Value);
        loss.Add([0.9f, 0.2f, 0.6f], [1, 0, Missing]);
        Assert.Equal(0, loss.Value);
        loss.Add([0.2f, 0.7f, 0.1f], [1, 1, 0]);
        Assert.Equal(1 / 5.0, loss.Value, 1e-15);
    }

    [Fact]
    public void Rows_count_by_their_weight()
    {
        var error = new MetricOfRows(new RootMeanSquaredError(), width: 1);
        error.Add([1], [3], weight: 3);
        error.Add([5], [5]);
        Assert.Equal(Math.Sqrt(3 * 4 / 4.0), error.Value, 1e-15);
        var absolute = new MetricOfRows(new MeanAbsoluteError(), width: 2);
        absolute.Add([1, 2], [2, Missing], weight: 0.5);
        absolute.Add([0, 0], [4, -4], weight: 0.25);
        // Of the first number (0.5·1 + 0.25·4) / 0.75, of the second 4; then their mean.
        Assert.Equal((1.5 / 0.75 + 4) / 2, absolute.Value, 1e-15);
    }

    [Fact]
    public void It_keeps_nothing_of_a_row_before()
    {
        // Wider than a vector register, of a number that is no multiple of one.
        const int width = 19;
        var both = new MetricOfRows(new SubsetAccuracy(), width);
        float[] yes = [.. Enumerable.Repeat(1f, width)], no = new float[width];
        both.Add(yes, yes);
        both.Add(no, no);
        Assert.Equal(1, both.Value);
        both.Add(yes, no);
        both.Add(no, yes);
        Assert.Equal(0.5, both.Value);
    }

    [Fact]
    public void Rows_may_have_more_outputs_than_targets()
    {
        var coverage = new MetricOfRows(new IntervalCoverage(), outputs: 4, targets: 2);
        coverage.Add([1, 3, 0, 0], [2, 1]);
        coverage.Add([1, 3, 0, 2], [3, Missing], weight: 2);
        // All of the first number, none of the second.
        Assert.Equal(0.5, coverage.Value);
    }

    [Fact]
    public void Rows_may_be_of_a_class_each()
    {
        MetricOfRows recall = MetricOfRows.OfClasses(new Recall { Class = 1 }, outputs: 3);
        recall.Add([0.1f, 0.7f, 0.2f], label: 1);
        recall.Add([0.5f, 0.3f, 0.2f], label: 1, weight: 3);
        recall.Add([0.5f, 0.3f, 0.2f], label: 0);
        Assert.Equal(0.25, recall.Value);
        MetricOfRows binary = MetricOfRows.OfClasses(new Accuracy(), outputs: 1);
        binary.Add([0.7f], label: 1);
        binary.Add([0.7f], label: 0, weight: 3);
        Assert.Equal(0.25, binary.Value);
    }

    [Fact]
    public void It_can_begin_again()
    {
        MetricOfRows accuracy = MetricOfRows.OfClasses(new Accuracy(), outputs: 2);
        accuracy.Add([0.1f, 0.9f], label: 0);
        accuracy.Clear();
        Assert.Equal(double.NaN, accuracy.Value);
        accuracy.Add([0.1f, 0.9f], label: 1);
        Assert.Equal(1, accuracy.Value);
    }

    [Fact]
    public void It_allocates_nothing_for_a_row()
    {
        var metric = new MetricOfRows(new HammingLoss(), width: 3);
        float[] outputs = [0.9f, 0.2f, 0.6f], targets = [1, 0, Missing];
        Assert.Equal(0, Allocation.AfterWarmUp(() => metric.Add(outputs, targets, weight: 2)));
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void What_is_no_row_is_refused(string culture) => Culture.Run(culture, () =>
    {
        var metric = new MetricOfRows(new HammingLoss(), width: 2);
        Assert.Equal(
            "A row must have 2 outputs and 2 targets but there are 2 and 3; give as many, NaN where a target is missing.",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1], [0, 1, 0])).WithoutParameter());
        Assert.Equal(
            "A row must have 2 outputs and 2 targets but there are 1 and 2; give as many, NaN where a target is missing.",
            Assert.Throws<ArgumentException>(() => metric.Add([0], [0, 1])).WithoutParameter());
        foreach (double weight in new[] { 0, -1.5, double.NaN, double.PositiveInfinity })
        {
            Assert.Equal(
                FormattableString.Invariant($"The weight of a row must be above 0 and finite but is {weight}; ")
                + "remove rows of weight 0. (Parameter 'weight')",
                Assert.Throws<ArgumentException>(() => metric.Add([0, 1], [0, 1], weight)).Message);
        }

        Assert.Equal(
            "Outputs must be numbers but output 1 is NaN; remove rows without a prediction. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, Missing], [0, Missing])).Message);

        // What was refused has not been counted.
        Assert.Equal(double.NaN, metric.Value);
    });

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void What_is_no_row_of_a_class_is_refused(string culture) => Culture.Run(culture, () =>
    {
        MetricOfRows metric = MetricOfRows.OfClasses(new Accuracy(), outputs: 3);
        MetricOfRows binary = MetricOfRows.OfClasses(new Accuracy(), outputs: 1);
        Assert.Equal(
            "A row must have 3 outputs but there are 2; give as many. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1], label: 0)).Message);
        Assert.Equal(
            "A label must be in [0, 2] but is 3; remove rows whose class is unknown. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1, 0], label: 3)).Message);
        Assert.Equal(
            "A label must be in [0, 1] but is -1; remove rows whose class is unknown. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => binary.Add([1], label: -1)).Message);
        Assert.Equal(
            "The weight of a row must be above 0 and finite but is 0; remove rows of weight 0. (Parameter 'weight')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1, 0], label: 1, weight: 0)).Message);
        Assert.Equal(
            "A row is of one class but there are 3 targets; give its label. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1, 0], [0, 1, 0])).Message);
        Assert.Equal(
            "A row has 2 targets but there is one label; give the targets. (Parameter 'label')",
            Assert.Throws<ArgumentException>(() => new MetricOfRows(new HammingLoss(), width: 2).Add([0, 1], label: 1)).Message);
        Assert.Equal(
            "Outputs must be numbers but output 2 is NaN; remove rows without a prediction. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => metric.Add([0, 1, Missing], label: 1)).Message);
        Assert.Equal(double.NaN, metric.Value);
    });

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void What_is_no_probability_is_refused_where_probabilities_are_read(string culture) => Culture.Run(culture, () =>
    {
        foreach (Metric metric in new Metric[] { new LogLoss(), new BrierScore(), new ExpectedCalibrationError() })
        {
            MetricOfRows rows = MetricOfRows.OfClasses(metric, outputs: 2);
            foreach (float output in new[] { 1.5f, -0.25f, float.PositiveInfinity })
            {
                Assert.Equal(
                    FormattableString.Invariant($"Probabilities must be in [0, 1] but output 1 is {output}; ")
                    + "give probabilities, or measure a metric that does not read them. (Parameter 'outputs')",
                    Assert.Throws<ArgumentException>(() => rows.Add([0.5f, output], label: 1)).Message);
            }

            Assert.Equal(double.NaN, rows.Value);
            rows.Add([0, 1], label: 1);
            Assert.Equal(0, rows.Value);
        }

        MetricOfRows area = MetricOfRows.OfClasses(new AreaUnderRocCurve(), outputs: 1);
        area.Add([7.5f], label: 1);
        area.Add([-7.5f], label: 0);
        Assert.Equal(1, area.Value);
    });

    [Fact]
    public void The_figure_of_each_class_is_that_of_a_metric_of_this_class_alone()
    {
        var random = new Random(1);
        foreach (PerClassMetric metric in new PerClassMetric[] { new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve(), new Recall() })
        {
            MetricOfRows all = MetricOfRows.OfClasses(metric, outputs: 4);
            MetricOfRows[] single = [.. Enumerable.Range(0, 4).Select(label => MetricOfRows.OfClasses(metric with { Class = label }, outputs: 4))];
            for (int row = 0; row < 50; row++)
            {
                float[] outputs = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())];
                int label = random.Next(3); // the last class has no rows
                foreach (MetricOfRows rows in single.Append(all))
                    rows.Add(outputs, label, 1 + row % 2);
            }

            Assert.Equal(single.Select(rows => rows.Value), Enumerable.Range(0, 4).Select(all.ValueOfClass));
            Assert.Equal(
                "The metric has no value for each class; use one such as AreaUnderRocCurve, without Class.",
                Assert.Throws<InvalidOperationException>(() => single[0].ValueOfClass(1)).Message);
            Assert.StartsWith(
                "A class must be in [0, 3] but is 4; classes are counted from 0.",
                Assert.Throws<ArgumentOutOfRangeException>(() => all.ValueOfClass(4)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<InvalidOperationException>(() => MetricOfRows.OfClasses(new Accuracy(), outputs: 4).ValueOfClass(1));
    }

    [Fact]
    public void A_metric_of_something_else_is_refused()
    {
        Assert.Equal(
            "The metric R squared cannot be measured: the targets are classes; it needs numbers for each row. (Parameter 'metric')",
            Assert.Throws<ArgumentException>(() => MetricOfRows.OfClasses(new RSquared(), outputs: 2)).Message);
        TooFew("outputs", 0, () => MetricOfRows.OfClasses(new Accuracy(), outputs: 0));
        TooFew("outputs", -2, () => new MetricOfRows(new HammingLoss(), outputs: -2, targets: 1));
        TooFew("targets", 0, () => new MetricOfRows(new HammingLoss(), outputs: 1, targets: 0));
        TooFew("width", 0, () => new MetricOfRows(new HammingLoss(), width: 0));
        Assert.Equal(
            "The metric accuracy cannot be measured: the targets are numbers; it needs a class for each row. (Parameter 'metric')",
            Assert.Throws<ArgumentException>(() => new MetricOfRows(new Accuracy(), width: 2)).Message);
        Assert.Equal(
            "The metric pinball loss cannot be measured: the number of outputs is 2 but that of target values 2; it needs 3 for each. "
            + "(Parameter 'metric')",
            Assert.Throws<ArgumentException>(() => new MetricOfRows(new PinballLoss(), width: 2)).Message);
        Assert.Throws<ArgumentNullException>(() => new MetricOfRows(null!, width: 2));

        static void TooFew(string name, int width, Func<MetricOfRows> make) => Assert.Equal(
            $"The {name} of a row must be from 1 to 16777216 but is {width}; give how many numbers a row has. (Parameter '{name}')",
            Assert.Throws<ArgumentOutOfRangeException>(make).Message);
    }
}
