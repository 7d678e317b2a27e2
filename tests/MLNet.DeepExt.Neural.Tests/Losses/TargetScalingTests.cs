using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class TargetScalingTests
{
    [Theory]
    [InlineData("plain", false, false)]
    [InlineData("missing", true, false)]
    [InlineData("weighted", true, true)]
    public void Means_and_scales_are_those_of_scikit_learn(string name, bool missing, bool weighted)
    {
        float[] targets = LossCases.Reference.Singles("scaling.targets");
        if (missing)
            targets = [.. targets.Zip(LossCases.Reference.Singles("scaling.present"), (target, there) => there == 1 ? target : float.NaN)];
        var scaling = TargetScaling.Of(4, targets, weighted ? LossCases.Reference.Singles("scaling.weights") : default);
        Close.Everywhere(LossCases.Reference.Doubles($"scaling.{name}.means"), scaling.Means, 1e-12, "mean");
        Close.Everywhere(LossCases.Reference.Doubles($"scaling.{name}.scales"), scaling.Scales, 1e-9, "scale");
    }

    [Fact]
    public void A_target_that_never_changes_keeps_its_scale()
    {
        // 0.1 is no float, so that the mean of many is a rounding off.
        float[] targets = [.. Enumerable.Repeat(0.1f, 1000)];
        float[] weights = [.. Enumerable.Range(1, 1000).Select(i => 1f / i)];
        Assert.Equal([1], TargetScaling.Of(1, targets, weights).Scales);
    }

    [Fact]
    public void A_target_without_a_value_is_kept_as_it_is() => Assert.Equal(
        new TargetScaling([0, 3], [1, 1]), TargetScaling.Of(2, [float.NaN, 3, 7, 5], [1, 0]));

    [Fact]
    public void Scalings_are_equal_by_value()
    {
        Assert.Equal(new TargetScaling([1, 2], [3, 4]), new TargetScaling(new List<double> { 1, 2 }, [3, 4]));
        Assert.Equal(new TargetScaling([1, 2], [3, 4]).GetHashCode(), new TargetScaling([1, 2], [3, 4]).GetHashCode());
        Assert.NotEqual(new TargetScaling([1, 2], [3, 4]), new TargetScaling([1, 2], [3, 5]));
        var loss = new SquaredError { Scaling = new TargetScaling([0], [1]) };
        Assert.NotEqual(loss, new SquaredError());
        Assert.Equal(loss, new SquaredError { Scaling = new TargetScaling([0], [1]) });
    }

    [Fact]
    public void A_change_to_the_lists_that_were_given_changes_nothing()
    {
        double[] means = [1], scales = [2];
        var scaling = new TargetScaling(means, scales);
        means[0] = scales[0] = 7;
        Assert.Equal(new TargetScaling([1], [2]), scaling);
        Assert.Equal([1], scaling.Means);
        Assert.Equal([2], scaling.Scales);
    }

    [Fact]
    public void Impossible_scalings_are_refused()
    {
        Refused(
            () => new TargetScaling([], []),
            "A TargetScaling has 0 means and 0 scales; give one of each for every target. (Parameter 'scales')");
        Refused(
            () => new TargetScaling([1, 2], [1]),
            "A TargetScaling has 2 means and 1 scales; give one of each for every target. (Parameter 'scales')");
        Refused(
            () => new TargetScaling([1e99], [1]),
            "The mean of a target must be finite but is 1E+99; give 0 to keep it. (Parameter 'means')");
        Refused(
            () => new TargetScaling([0], [0]),
            "The scale of a target must be above 0 and finite but is 0; give 1 to keep it. (Parameter 'scales')");
        Refused(
            () => new TargetScaling([0], [1e-60]),
            "The scale of a target must be above 0 and finite but is 1E-60; give 1 to keep it. (Parameter 'scales')");
        Refused(
            () => new TargetScaling([0], [double.NaN]),
            "The scale of a target must be above 0 and finite but is NaN; give 1 to keep it. (Parameter 'scales')");
    }

    [Fact]
    public void Targets_that_do_not_fit_are_refused()
    {
        Refused(
            () => TargetScaling.Of(2, [1, 2, 3]),
            "3 targets are not a whole number of rows of 2; give 2 for each row. (Parameter 'targets')");
        Refused(
            () => TargetScaling.Of(1, [1, 2, 3], [1, 2]),
            "There are 2 weights for 3 rows; give one for each row, or none. (Parameter 'weights')");
    }

    private static void Refused(Action action, string message) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
}
