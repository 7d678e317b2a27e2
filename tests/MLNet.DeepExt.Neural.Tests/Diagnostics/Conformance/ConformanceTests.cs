using MLNet.DeepExt.Neural.Diagnostics.Conformance;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.Conformance;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics.Conformance;

/// <summary>The kit finds no fault with what is right, and the fault with what is wrong.</summary>
public sealed class ConformanceTests
{
    public ConformanceTests() => CustomKinds.Register();

    public static TheoryData<string> Losses => [.. LossTable.Names];

    public static TheoryData<string> Metrics => [.. MetricTable.Names];

    public static TheoryData<string> Layers => [.. LayerTable.Names];

    [Theory, MemberData(nameof(Losses))]
    public void The_kit_finds_no_fault_with_a_loss_of_ours(string name) =>
        RequireFaultless(LossConformance.Check(LossTable.Loss(name), LossTable.Outputs(name)));

    [Theory, MemberData(nameof(Metrics))]
    public void The_kit_finds_no_fault_with_a_metric_of_ours(string name) =>
        RequireFaultless(MetricConformance.Check(MetricTable.Metric(name), MetricTable.Outputs(name)[0].Length, MetricTable.TargetWidth(name)));

    [Fact]
    public void The_kit_finds_no_fault_with_an_optimizer_of_ours()
    {
        foreach (Optimizer optimizer in OptimizerConformanceTests.All)
            RequireFaultless(GradientTransformConformance.Check(optimizer));
        foreach (GradientTransform transform in (GradientTransform[])[new ClipByValue(0.5), new DecayWeights(0.1), new ClipByNorm(1), new Muon(0.02)])
            RequireFaultless(GradientTransformConformance.Check(transform));
    }

    [Fact]
    public void The_kit_finds_no_fault_with_a_penalty_of_ours()
    {
        foreach (Regularizer regularizer in (Regularizer[])[new L1(0.3), new L2(0.3), new ElasticNet(0.3, 0.4)])
            RequireFaultless(RegularizerConformance.Check(regularizer));
    }

    [Fact]
    public void The_kit_finds_no_fault_with_a_schedule_of_ours()
    {
        foreach (Schedule schedule in ScheduleConformanceTests.All)
            RequireFaultless(ScheduleConformance.Check(schedule));
    }

    [Theory, MemberData(nameof(Layers))]
    public void The_kit_finds_no_fault_with_layers_of_ours(string name) =>
        RequireFaultless(LayerConformance.Check(new Sequential([.. LayerTable.Spec(name).Layers]), LayerTable.Inputs));

    [Fact]
    public void Custom_kinds_pass_and_what_they_do_without_is_missing()
    {
        ConformanceReport loss = LossConformance.Check(new LogCosh(), outputs: 3);
        Assert.True(loss.Passed, loss.ToString());
        ConformanceCheck missing = Assert.Single(loss.Missing);
        Assert.Equal("operators for ONNX compute the outputs", missing.Name);
        Assert.StartsWith("The loss LogCosh has no ONNX operators", missing.Detail, StringComparison.Ordinal);
        RequireFaultless(MetricConformance.Check(new ShareWithin(0.5), outputs: 2, targetWidth: 2));
        RequireFaultless(GradientTransformConformance.Check(new Sharpened(0.5)));
        RequireFaultless(RegularizerConformance.Check(new LogPenalty(0.5)));
        RequireFaultless(ScheduleConformance.Check(new Triangle(4)));
    }

    [Fact]
    public void A_kind_that_is_not_registered_is_named()
    {
        ConformanceReport report = LossConformance.Check(new Unregistered(), outputs: 1);
        Assert.True(report.Passed, report.ToString());
        Assert.StartsWith(
            "Unregistered, of the family Loss, cannot be saved: it is not registered;",
            report.Missing.Single(check => check.Name == "a file gives it back equal").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kit_finds_what_is_wrong()
    {
        Assert.Equal(
            ["gradient of numbers is that of finite differences"],
            NamesOf(LossConformance.Check(new LogCosh { Slope = 1.1 }, outputs: 3)));
        Assert.Equal(["its value is in its range"], NamesOf(MetricConformance.Check(new ShareWithin(0.5, IsWrong: true), 2, 2)));
        Assert.Equal(
            ["padding, whose gradient and parameter are 0, stays 0", "a gradient that is NaN shows in the update"],
            NamesOf(GradientTransformConformance.Check(new Sharpened(0.5, IsWrong: true))));
        Assert.Equal(
            ["its gradient and its proximal step are the slope of the penalty"],
            NamesOf(RegularizerConformance.Check(new LogPenalty(0.5, Slope: 1.01))));
        Assert.Equal(
            ["it is a function of the time alone", "it does not look at what it says it does not need"],
            NamesOf(ScheduleConformance.Check(new Triangle(4, IsWrong: true))));
        Assert.Equal(["its values are valid"], NamesOf(ScheduleConformance.Check(new Triangle(1))).Take(1));
        Assert.Equal(["a network can have it"], NamesOf(LayerConformance.Check(new Dense(0))));
    }

    [Fact]
    public void A_report_is_a_table()
    {
        ConformanceReport report = ScheduleConformance.Check(new Triangle(4, IsWrong: true));
        string[] lines = report.ToString().Split('\n');
        Assert.Equal("Triangle { NeedsValidation = False, Period = 4, IsWrong = True }", lines[0]);
        Assert.Equal("Passed  its values are valid", lines[1]);
        Assert.Equal($"Failed  {"it is a function of the time alone",-64} its factors depend on those that were asked for before", lines[3]);
        Assert.False(report.Passed);
    }

    private static string[] NamesOf(ConformanceReport report) => [.. report.Failures.Select(check => check.Name)];

    private static void RequireFaultless(ConformanceReport report) =>
        Assert.True(report.Passed && report.Missing is [], report.ToString());
}
