using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A13")]
[Trait("Spec", "A13b")]
public sealed class SaddleTests
{
    [Fact]
    public void RmsProp_and_Adam_leave_a_saddle_in_a_tenth_of_the_steps_of_plain_descent()
    {
        // f = 50·x² - 0.01·(y² - y⁴/2): a saddle at (0, 0), steep along x and almost level along y, between valleys at y = ±1. Descent
        // swings out of it along x with a rate of 2 / (2·50) or more.
        const double steep = 50, level = 0.01, largestRate = 0.02;
        int StepsOf(Optimizer optimizer) => Steps(
            optimizer, (1, 0.001), (x, y) => (2 * steep * x, level * (2 * y * y * y - 2 * y)), (x, y) => Math.Abs(x) < 0.1 && y > 0.9);

        int descent = StepsOf(new GradientDescent(0.95 * largestRate));
        Assert.InRange(StepsOf(new RmsProp(0.01)), 1, descent / 10);
        Assert.InRange(StepsOf(new Adam(0.01)), 1, descent / 10);
        Assert.InRange(StepsOf(new AdamW(0.01)), 1, descent / 10);
        // At their own rate descent takes longer still.
        Assert.True(StepsOf(new GradientDescent(0.01)) > descent);
    }

    [Fact]
    public void RmsProp_and_Adam_cross_a_plateau_in_a_tenth_of_the_steps_of_plain_descent()
    {
        // f = -e^x / (1 + e^x), from where the sigmoid is almost level to where it has risen; the curvature allows descent a rate of 1.
        int StepsOf(Optimizer optimizer) => Steps(
            optimizer, (-9, 0), (x, _) => (-Math.Exp(x) / Math.Pow(1 + Math.Exp(x), 2), 0), (x, _) => x > 0);

        int descent = StepsOf(new GradientDescent(1));
        Assert.InRange(StepsOf(new RmsProp(0.02)), 1, descent / 10);
        Assert.InRange(StepsOf(new Adam(0.02)), 1, descent / 10);
    }

    // Steps until a function of two numbers is where it should be.
    private static int Steps(
        Optimizer optimizer, (double X, double Y) start, Func<double, double, (double X, double Y)> gradientOf,
        Func<double, double, bool> isThere)
    {
        var theta = new double[Lanes.Strip];
        (theta[0], theta[1]) = start;
        var state = new double[optimizer.StatesPerParameter * theta.Length];
        for (int step = 1; step <= 1_000_000; step++)
        {
            var update = new double[Lanes.Strip];
            (update[0], update[1]) = gradientOf(theta[0], theta[1]);
            var now = new TransformStep(step, optimizer.LearningRate);
            optimizer.Apply(update, theta, new TransformState<double>(state, theta.Length, 0, theta.Length), now);
            Elementwise.Subtract<double>(update, theta);
            if (isThere(theta[0], theta[1]))
                return step;
        }

        throw new InvalidOperationException($"{optimizer} does not get there.");
    }
}
