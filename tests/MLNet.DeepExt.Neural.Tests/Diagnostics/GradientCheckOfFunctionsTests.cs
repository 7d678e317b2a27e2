using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

[Trait("Spec", "A12")]
public sealed class GradientCheckOfFunctionsTests
{
    // J = a²·b + sin c, at (2, 3, 1).
    private static readonly double[] Theta = [2, 3, 1];

    private static readonly double[] Gradient = [12, 4, Math.Cos(1)];

    [Fact]
    public void A_right_gradient_is_great()
    {
        GradientCheckReport report = GradientCheck.Run([.. Theta], Cost, Gradient);
        Assert.Equal("great", report.Verdict);
        Assert.Equal(["parameters"], report.Parts.Select(part => part.Name));
        Assert.Equal((3, 0), (report.Whole.Compared, report.Whole.Excluded));
        Assert.Equal(Math.Sqrt(144 + 16 + Math.Cos(1) * Math.Cos(1)), report.Whole.ApproximationNorm, 1e-8);
    }

    [Fact]
    public void The_example_of_the_course_has_a_two_sided_slope_of_3_0001_where_the_one_sided_one_is_3_0301()
    {
        // f(θ) = θ³ at θ = 1 with ε = 0.01, whose slope is 3.
        const double epsilon = 0.01;
        GradientCheckReport report = GradientCheck.Run([1.0], theta => theta[0] * theta[0] * theta[0], [3.0], epsilon: epsilon);
        Assert.Equal(3.0001, report.Whole.ApproximationNorm, 1e-12);
        Assert.Equal(3, report.Whole.GradientNorm);
        Assert.Equal(0.0001 / 6.0001, report.Ratio, 1e-12);
        double oneSided = (Math.Pow(1 + epsilon, 3) - 1) / epsilon;
        Assert.Equal(3.0301, oneSided, 1e-12);
        // The error of two sides is of the order of ε², that of one of the order of ε.
        Assert.InRange(report.Whole.ApproximationNorm - 3, 0.99 * epsilon * epsilon, 1.01 * epsilon * epsilon);
        Assert.InRange(oneSided - 3, 3 * epsilon, 3.02 * epsilon);
    }

    [Fact]
    public void A_wrong_gradient_is_found_in_its_part()
    {
        GradientCheckReport report = GradientCheck.Run([.. Theta], Cost, [12, 4, Math.Sin(1)], [("W", 2), ("b", 1)]);
        Assert.Equal("worry", report.Verdict);
        Assert.Equal(["b"], report.Suspects.Select(part => part.Name));
        // |cos 1 - sin 1| / (cos 1 + sin 1).
        Assert.Equal((Math.Sin(1) - Math.Cos(1)) / (Math.Sin(1) + Math.Cos(1)), report.Parts[1].Ratio, 1e-9);
    }

    [Fact]
    public void A_small_error_is_worth_another_look() =>
        Assert.Equal("look again", GradientCheck.Run([.. Theta], Cost, [12, 4, Math.Cos(1) + 1e-4]).Verdict);

    [Fact]
    public void The_parameters_are_as_before_afterwards_also_after_an_exception()
    {
        double[] theta = [.. Theta];
        GradientCheck.Run(theta, Cost, Gradient);
        Assert.Equal(Theta, theta);
        // Whenever it comes: as the noise is measured, or the slopes.
        for (int calls = 0; calls < 30; calls++)
        {
            int left = calls;
            Assert.Throws<TimeoutException>(
                () => GradientCheck.Run(theta, at => left-- > 0 ? Cost(at) : throw new TimeoutException(), Gradient));
            Assert.Equal(Theta, theta);
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e8)]
    [InlineData(1e-8)]
    public void Near_a_minimum_rounding_is_no_error_whatever_the_unit_of_the_cost(double unit)
    {
        double distance = 1e-9;
        double[] theta = [1 + distance];
        double CostOf(double[] at) => unit * (3 + (at[0] - 1) * (at[0] - 1) / 2);
        GradientCheckReport right = GradientCheck.Run(theta, CostOf, [unit * (theta[0] - 1)]);
        Assert.InRange(right.Ratio, 0, 1e-7);
        Assert.True(right.Whole.IsFlat);
        Assert.Equal("look again", right.Verdict);
        // Where there is a slope beside rounding, twice the gradient is a reason to worry.
        theta[0] = 1.01;
        Assert.Equal("great", GradientCheck.Run(theta, CostOf, [unit * 0.01]).Verdict);
        Assert.Equal("worry", GradientCheck.Run(theta, CostOf, [unit * 0.02]).Verdict);
    }

    [Fact]
    public void A_cost_computed_in_float_is_too_rough_to_be_told()
    {
        GradientCheckReport report = GradientCheck.Run([0.7], at => (float)Math.Sin(at[0]), [0]);
        Assert.Equal("look again", report.Verdict);
        Assert.EndsWith("too flat to tell", report.ToString(), StringComparison.Ordinal);
        // A larger ε is above the rounding.
        Assert.Equal("worry", GradientCheck.Run([0.7], at => (float)Math.Sin(at[0]), [0], epsilon: 0.1).Verdict);
    }

    [Fact]
    public void A_cost_that_changes_by_itself_is_refused()
    {
        int calls = 0;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => GradientCheck.Run([1.0], theta => theta[0] + calls++ / 2.0, [1.0]));
        Assert.Equal(
            "The cost was 1 and then 1.5 of the same parameters; hold what is random in it, such as a dropout mask.", error.Message);
    }

    [Fact]
    public void A_cost_that_is_no_number_gives_worry() => Assert.Equal("worry", GradientCheck.Run([1.0], _ => double.NaN, [1.0]).Verdict);

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Equal(
            "The gradient has 2 elements but there are 3 parameters; it needs one for each. (Parameter 'gradient')",
            Assert.Throws<ArgumentException>(() => GradientCheck.Run([.. Theta], Cost, [1, 2])).Message);
        Assert.Equal(
            "The parts have 2 + 2 elements but there are 3 parameters; together they must have as many. (Parameter 'parts')",
            Assert.Throws<ArgumentException>(() => GradientCheck.Run([.. Theta], Cost, Gradient, [("W", 2), ("b", 2)])).Message);
        Assert.Equal(
            "epsilon must be above 0 but is -1; 1e-5 is the usual value.",
            Assert.Throws<ArgumentException>(() => GradientCheck.Run([.. Theta], Cost, Gradient, epsilon: -1)).WithoutParameter());
    }

    private static double Cost(double[] theta) => theta[0] * theta[0] * theta[1] + Math.Sin(theta[2]);
}
