using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

[Trait("Spec", "A10")]
public sealed class LearningRateCurveTests
{
    [Fact]
    public void The_steepest_descent_of_a_smooth_curve_is_found_without_delay()
    {
        // A fall around the 120th of 200 steps, and a rise from the 170th on.
        LearningRateCurve curve = Curve(200, i => 2 - Math.Tanh((i - 120) / 15.0) + Math.Exp((i - 180) / 4.0));
        Assert.InRange(curve.SuggestedRate!.Value, RateOf(115), RateOf(125));
    }

    [Fact]
    public void A_noisy_level_before_the_fall_is_not_taken_for_it()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            LearningRateCurve curve = Curve(
                200, i => 2 - Math.Tanh((i - 120) / 15.0) + Math.Exp((i - 180) / 4.0) + 0.5 * random.NextDouble());
            Assert.InRange(curve.SuggestedRate!.Value, RateOf(100), RateOf(140));
        }
    }

    [Fact]
    public void A_loss_that_never_falls_suggests_nothing()
    {
        Assert.Null(Curve(50, _ => 1).SuggestedRate);
        Assert.Null(Curve(50, i => 1 + i).SuggestedRate);
        Assert.Null(Curve(1, _ => 1).SuggestedRate);
        Assert.Null(Curve(0, _ => 1).SuggestedRate);
    }

    [Fact]
    public void Its_text_is_a_table_with_a_chart()
    {
        double[] losses = [2, 2, 1.5, 1.5, 4];
        const string expected =
            "Learning rates from 1.0e-6 to 1.6e-6, where the loss diverged; it fell most steeply at 1.1e-6.\n" +
            "    rate        loss    smoothed\n" +
            "  1.0e-6           2           2  ####################\n" +
            "  1.1e-6           2           2  #################### <\n" +
            "  1.3e-6         1.5         1.5  ###############\n" +
            "  1.4e-6         1.5         1.5  ###############\n" +
            "  1.6e-6           4           4  ########################################\n";
        Culture.Run("de-DE", () => Assert.Equal(expected, Curve(5, i => losses[i], beta: 0, diverged: true).ToString()));
    }

    [Fact]
    public void A_long_table_shows_every_few_steps_and_the_suggestion()
    {
        string[] lines = Curve(200, i => 2 - Math.Tanh((i - 121) / 15.0)).ToString().TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Length, 2 + 20, 2 + 28);
        Assert.Single(lines, line => line.EndsWith(" <", StringComparison.Ordinal));
    }

    private static LearningRateCurve Curve(int count, Func<int, double> loss, double beta = 0.9, bool diverged = false)
    {
        var average = new ExponentialAverage(beta);
        double[] losses = [.. Enumerable.Range(0, count).Select(loss)];
        double[] smooth = average.Smooth(losses);
        return new LearningRateCurve(losses.Select((value, i) => new LearningRatePoint(RateOf(i), value, smooth[i])), average, diverged);
    }

    private static double RateOf(int i) => 1e-6 * Math.Pow(10, i / 20.0);
}
