using System.Text.Json;
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
    public void Its_description_tells_it_from_all_others_and_gives_it_back(string name)
    {
        Metric metric = MetricTable.Metric(name);
        string description = KindJson.Describe(metric);
        Assert.Equal(metric, JsonSerializer.Deserialize<Metric>(description, KindJson.Options));
        IEnumerable<Metric> others = MetricTable.Names.Select(MetricTable.Metric).Where(other => other != metric);
        Assert.DoesNotContain(description, others.Select(other => KindJson.Describe(other)));
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
