using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every metric must do, whatever its kind.</summary>
[Trait("Spec", "A11")]
public sealed class MetricConformanceTests
{
    public static TheoryData<string> Names => [.. MetricTable.Names];

    [Fact]
    public void The_table_has_a_row_for_every_metric()
    {
        IEnumerable<Type> kinds = typeof(Metric).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Metric)));
        Assert.Empty(kinds.Except(MetricTable.Names.Select(name => MetricTable.Metric(name).GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_says_what_scikit_learn_says(string name)
    {
        // Of outputs that single precision holds exactly; the largest are in the hundreds.
        Assert.Equal(MetricTable.Expected(name, weighted: false), Measure(name), 1e-6);
        Assert.Equal(MetricTable.Expected(name, weighted: true), Measure(name, MetricTable.Weights), 1e-6);
        Assert.EndsWith($".{MetricTable.Metric(name).Name}", $".{name}", StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_figures_are_within_its_range_and_reach_the_better_end_where_all_is_right(string name)
    {
        (double minimum, double maximum) = MetricTable.Metric(name).ValueRange;
        Assert.InRange(Measure(name), minimum, maximum);
        Assert.InRange(Measure(name, MetricTable.Weights), minimum, maximum);
        Measurement perfect = Begin(name);
        Add(perfect, name, MetricTable.Perfect(name), MetricTable.Weights);
        Assert.InRange(perfect.Value, minimum, maximum);
        if (MetricTable.Metric(name) is { HigherIsBetter: true } metric)
            Assert.Equal(metric.ValueRange.Maximum, perfect.Value, 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void It_finds_no_fault_with_what_it_measures_and_metrics_of_one_kind_are_equal(string name)
    {
        Assert.Null(MetricTable.Metric(name).FaultOf(MetricTable.Outputs(name)[0].Length, MetricTable.TargetWidth(name)));
        Assert.Equal(MetricTable.Metric(name), MetricTable.Metric(name));
        Assert.Equal(MetricTable.Metric(name).GetHashCode(), MetricTable.Metric(name).GetHashCode());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_weight_of_three_is_three_rows(string name)
    {
        int[] counts = [.. Enumerable.Range(0, MetricTable.Weights.Length).Select(row => 1 + row % 3)];
        Measurement repeated = Begin(name);
        for (int row = 0; row < counts.Length; row++)
        {
            for (int i = 0; i < counts[row]; i++)
                repeated.Add(MetricTable.Outputs(name)[row], MetricTable.Target(name), row, 1);
        }

        Assert.Equal(repeated.Value, Measure(name, [.. counts.Select(count => (double)count)]), 1e-9);
        Assert.Equal(Measure(name), Measure(name, [.. counts.Select(_ => 4.0)]), 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_scale_of_the_weights_does_not_matter(string name)
    {
        double expected = Measure(name, MetricTable.Weights);
        foreach (int exponent in new[] { -600, -300, 300, 600 })
            Assert.Equal(expected, Measure(name, [.. MetricTable.Weights.Select(weight => Math.ScaleB(weight, exponent))]));
    }

    [Theory, MemberData(nameof(Names))]
    public void One_output_that_is_no_number_is_never_better_than_none(string name)
    {
        float[][] outputs = MetricTable.Perfect(name);
        foreach (int row in new[] { 0, outputs.Length / 2, outputs.Length - 1 })
        {
            for (int output = 0; output < outputs[row].Length; output++)
            {
                Measurement measurement = Begin(name);
                float[][] damaged = [.. outputs.Select(values => (float[])values.Clone())];
                damaged[row][output] = float.NaN;
                Add(measurement, name, damaged, MetricTable.Weights);
                Assert.Equal(double.NaN, measurement.Value);
                measurement.Clear();
                Add(measurement, name, outputs, MetricTable.Weights);
                Assert.NotEqual(double.NaN, measurement.Value);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void It_prints_its_name(string name) => Culture.Run("de-DE", () =>
    {
        Metric metric = MetricTable.Metric(name);
        Assert.Equal(metric.Name, $"{metric}");
    });

    [Fact]
    public void Unequal_metrics_of_a_kind_have_unequal_names() => Culture.Run("de-DE", () =>
    {
        PerClassMetric[] perClass =
        [
            new Precision(), new Recall(), new F1(), new FBeta(), new FBeta { Beta = 0.5 }, new AreaUnderRocCurve(),
            new AreaUnderPrecisionRecallCurve(),
        ];
        // What is binary is called as what is automatic is, and is the same.
        Averaging[] averagings = [.. Enum.GetValues<Averaging>().Where(averaging => averaging != Averaging.Binary)];
        Metric[] metrics =
        [
            .. perClass.SelectMany(metric => averagings.Select(averaging => metric with { Averaging = averaging })),
            .. perClass.SelectMany(metric => new[] { 0, 1, 12 }.Select(index => metric with { Class = index })),
            .. new[] { 1, 2, 12 }.Select(k => new TopKAccuracy { K = k }),
            .. new[] { 1, 10, 15 }.Select(bins => new ExpectedCalibrationError { Bins = bins }),
            .. Enum.GetValues<KappaWeighting>().Select(weighting => new CohensKappa { Weighting = weighting }),
            .. new[] { 1, 2, 0.25, 90_000 }.Select(seconds => new FalsePositivesPer24Hours(TimeSpan.FromSeconds(seconds))),
            .. new[] { 0, 1, 12 }.Select(index => new FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)) { Class = index }),
            new PinballLoss(), new PinballLoss { Quantiles = [0.5] }, new PinballLoss { Quantiles = [0.05, 0.95] },
            new PinballLoss { Quantiles = [0.95, 0.05] },
        ];
        Assert.Equal(metrics.Length, metrics.Distinct().Count());
        Assert.Equal(metrics.Length, metrics.Select(metric => metric.Name).Distinct().Count());
        Assert.Equal(
            [
                "F0.5", "worst F2", "expected calibration error (15 bins)", "false positives per 24 hours (rows of 1.01:00:00)",
                "pinball loss (0.05, 0.95)",
            ],
            new Metric[]
            {
                new FBeta { Beta = 0.5 }, new FBeta { Averaging = Averaging.Worst }, new ExpectedCalibrationError { Bins = 15 },
                new FalsePositivesPer24Hours(TimeSpan.FromHours(25)), new PinballLoss { Quantiles = [0.05, 0.95] },
            }.Select(metric => metric.Name));
    });

    [Theory, MemberData(nameof(Names))]
    public void What_is_automatic_is_binary_of_a_single_yes_or_no_and_macro_of_more(string name)
    {
        if (MetricTable.Metric(name) is not PerClassMetric { Class: null } metric)
            return;
        int outputs = MetricTable.Outputs(name)[0].Length, targetWidth = MetricTable.TargetWidth(name);
        Averaging expected = outputs == 1 ? Averaging.Binary : Averaging.Macro;
        Assert.Equal(Of(expected), Of(Averaging.Automatic));
        Assert.NotEqual(double.NaN, Of(Averaging.Automatic));

        double Of(Averaging averaging)
        {
            Measurement measurement = (metric with { Averaging = averaging }).Begin(outputs, targetWidth);
            Add(measurement, name, MetricTable.Outputs(name), MetricTable.Weights);
            return measurement.Value;
        }
    }

    [Fact]
    public void A_class_that_no_row_is_of_and_that_is_never_said_is_zero_as_in_scikit_learn()
    {
        // The table has no row for it: right outputs are no better.
        Metric metric = new Precision { Class = 3 };
        const string name = "classes.macro precision", expected = "classes.precision of class 3";
        Measurement measurement = metric.Begin(MetricTable.Outputs(name)[0].Length, 0);
        Add(measurement, name, MetricTable.Outputs(name), null);
        Assert.Equal(MetricTable.Expected(expected, weighted: false), measurement.Value);
        measurement.Clear();
        Add(measurement, name, MetricTable.Outputs(name), MetricTable.Weights);
        Assert.Equal(MetricTable.Expected(expected, weighted: true), measurement.Value);
        Assert.EndsWith($".{metric.Name}", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_of_scikit_learn_is_read() => Assert.Equal(
        MetricTable.Names.Append("classes.precision of class 3").SelectMany(name => new[] { name, $"{name}.weighted" }).Order(),
        MetricTable.Figures.Order());

    [Theory, MemberData(nameof(Names))]
    public void It_can_be_asked_twice_and_begun_again(string name)
    {
        Measurement measurement = Begin(name);
        Assert.Equal(double.NaN, measurement.Value);
        Add(measurement, name, MetricTable.Outputs(name), MetricTable.Weights);
        double value = measurement.Value;
        Assert.Equal(value, measurement.Value);
        measurement.Clear();
        Assert.Equal(double.NaN, measurement.Value);
        Add(measurement, name, MetricTable.Outputs(name), MetricTable.Weights);
        Assert.Equal(value, measurement.Value);
    }

    [Theory, MemberData(nameof(Names))]
    public void Right_outputs_are_better_than_others(string name)
    {
        Measurement measurement = Begin(name);
        Add(measurement, name, MetricTable.Perfect(name), null);
        if (MetricTable.Metric(name).HigherIsBetter)
            Assert.True(measurement.Value > Measure(name), $"{measurement.Value}");
        else
            Assert.Equal(0, measurement.Value, 1e-12);
        (double least, double most) = MetricTable.Range(name);
        Assert.InRange(measurement.Value, least, most);
        Assert.InRange(Measure(name), least, most);
    }

    [Theory, MemberData(nameof(Names))]
    public void It_reads_no_more_of_the_outputs_than_it_says(string name)
    {
        // What it does not read is changed: how sure a decision is, or the scale of an order.
        float[][] outputs = MetricTable.Outputs(name);
        if (Changed(MetricTable.Metric(name).Input, outputs, MetricTable.TargetWidth(name) == 0) is not { } changed)
            return;
        Measurement measurement = Begin(name);
        Add(measurement, name, changed, MetricTable.Weights);
        Assert.Equal(Measure(name, MetricTable.Weights), measurement.Value);
        Assert.NotEqual(outputs, changed);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_JSON_and_its_name_tell_it_from_all_others_and_its_JSON_gives_it_back(string name)
    {
        Metric metric = MetricTable.Metric(name);
        string json = KindRegistry.ToJson(metric);
        Assert.Equal(metric, KindRegistry.FromJson<Metric>(json));
        Metric[] others = [.. MetricTable.Names.Select(MetricTable.Metric).Where(other => other != metric)];
        Assert.DoesNotContain(json, others.Select(KindRegistry.ToJson));
        Assert.DoesNotContain(metric.Name, others.Select(other => other.Name)); // a checkpoint compares these
    }

    [Theory, MemberData(nameof(Names))]
    public void Adding_rows_allocates_nothing(string name)
    {
        Measurement measurement = Begin(name);
        float[][] outputs = MetricTable.Outputs(name);
        Target<float> target = MetricTable.Target(name);
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            measurement.Clear();
            for (int row = 0; row < outputs.Length; row++)
                measurement.Add(outputs[row], target, row, 1);
        }));
    }

    private static float[][]? Changed(MetricInput input, float[][] outputs, bool areClasses) => input switch
    {
        MetricInput.Decisions when areClasses && outputs[0].Length > 1 =>
            [.. outputs.Select(row => row.Select((_, index) => index == Decision.ClassOf(row) ? 1f : 0).ToArray())],
        MetricInput.Decisions => [.. outputs.Select(row => row.Select(output => Decision.IsYes(output) ? 1f : 0).ToArray())],
        MetricInput.Ranking => [.. outputs.Select(row => row.Select(output => 64 * output - 100).ToArray())],
        _ => null,
    };

    private static double Measure(string name, double[]? weights = null)
    {
        Measurement measurement = Begin(name);
        Add(measurement, name, MetricTable.Outputs(name), weights);
        return measurement.Value;
    }

    private static Measurement Begin(string name) =>
        MetricTable.Metric(name).Begin(MetricTable.Outputs(name)[0].Length, MetricTable.TargetWidth(name));

    private static void Add(Measurement measurement, string name, float[][] outputs, double[]? weights)
    {
        Target<float> target = MetricTable.Target(name);
        for (int row = 0; row < outputs.Length; row++)
            measurement.Add(outputs[row], target, row, weights?[row] ?? 1);
    }
}
