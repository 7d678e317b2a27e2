using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class QuantileTests
{
    private static readonly Quantile Three = new() { Quantiles = [0.1, 0.5, 0.9] };

    [Theory]
    [InlineData("plain")]
    [InlineData("weighted")]
    [InlineData("missing")]
    [InlineData("scaled")]
    [InlineData("extreme")]
    public void Cost_and_gradient_are_those_of_PyTorch(string name) => LossCases.CheckNumbers("quantile", name, Three);

    [Fact]
    public void Activate_restores_the_units_and_puts_crossed_quantiles_in_order()
    {
        Quantile loss = Three with { Scaling = LossCases.Scaling("quantile") };
        double[] outputs = LossCases.Activated(loss, LossCases.Logits("quantile.logits"));
        Close.Everywhere(LossCases.Reference.Doubles("quantile.activated"), outputs, 1e-12, "output");
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_loss_is_lowest_where_that_share_of_the_targets_lies_below(double quantile)
    {
        // Targets 0.5 to 99.5: a gradient that falls short of the quantile pulls up, one beyond it down.
        var loss = new Quantile { Quantiles = [quantile] };
        Assert.True(TotalGradient(loss, 100 * quantile - 1) < 0);
        Assert.Equal(0, TotalGradient(loss, 100 * quantile), 1e-12);
        Assert.True(TotalGradient(loss, 100 * quantile + 1) > 0);
    }

    [Theory] // by hand: the value at 0.5 of the line through the two neighbours, constant beyond the ends
    [InlineData(new[] { 0.05, 0.95 }, new[] { 2f, 8f }, 5f)]
    [InlineData(new[] { 0.1, 0.9 }, new[] { -1f, 3f }, 1f)]
    [InlineData(new[] { 0.05, 0.5, 0.95 }, new[] { 1f, 4f, 20f }, 4f)]
    [InlineData(new[] { 0.05, 0.4, 0.75, 0.95 }, new[] { 1f, 2f, 9f, 20f }, 4f)]
    [InlineData(new[] { 0.9 }, new[] { 7f }, 7f)]
    [InlineData(new[] { 0.6, 0.9 }, new[] { 3f, 5f }, 3f)]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 3f, 5f }, 5f)]
    public void The_median_is_interpolated_between_the_quantiles_about_it(double[] quantiles, float[] outputs, float median) =>
        Assert.Equal(median, new Quantile { Quantiles = quantiles }.MedianOf(outputs), 1e-6f);

    [Fact]
    public void Of_quantiles_that_lie_symmetrically_the_median_is_the_midpoint_to_the_bit()
    {
        for (int i = 1; i < 500; i++)
        {
            double low = i / 1000.0;
            Assert.Equal(6.5f, new Quantile { Quantiles = [low, 1 - low] }.MedianOf([3f, 10f]));
            Assert.Equal(6.5f, new Quantile { Quantiles = [low, (1000 - i) / 1000.0] }.MedianOf([3f, 10f]));
        }
    }

    [Fact]
    public void The_outputs_of_another_number_of_quantiles_have_no_median()
    {
        var error = Assert.Throws<ArgumentException>(() => Three.MedianOf([1f, 2f]));
        Assert.Equal("There are 2 outputs but 3 quantiles; give all outputs of one target. (Parameter 'outputs')", error.Message);
    }

    [Fact]
    public void Losses_are_equal_by_their_quantiles()
    {
        Assert.Equal(new Quantile(), new Quantile { Quantiles = [0.05, 0.5, 0.95] });
        Assert.Equal(new Quantile().GetHashCode(), new Quantile { Quantiles = new List<double> { 0.05, 0.5, 0.95 } }.GetHashCode());
        Assert.NotEqual(new Quantile(), new Quantile { Quantiles = [0.05, 0.5] });
        Assert.NotEqual(new Quantile(), new Quantile { Scaling = new TargetScaling([0], [1]) });
    }

    [Fact]
    public void A_change_to_the_list_that_was_given_changes_nothing()
    {
        double[] given = [0.1, 0.9];
        var loss = new Quantile { Quantiles = given };
        given[0] = 0.9;
        Assert.Equal([0.1, 0.9], loss.Quantiles);
    }

    [Fact]
    public void No_quantile_is_refused() => Refused([], "Quantiles is empty; give at least one, such as 0.5 for the median.");

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(95, "95")]
    [InlineData(double.NaN, "NaN")]
    public void A_quantile_that_is_no_share_is_refused(double quantile, string text) =>
        Refused([0.5, quantile], $"Quantiles must be in (0, 1) but one is {text}; 0.5 is the median.");

    [Theory]
    [InlineData(0.9, "0.9 comes before 0.1")]
    [InlineData(0.1, "0.1 comes before 0.1")]
    public void Quantiles_in_no_order_are_refused(double first, string text) =>
        Refused([first, 0.1], $"Quantiles must be ascending but {text}; sort them, each once.");

    [Fact]
    public void Outputs_that_are_no_multiple_of_the_quantiles_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Quantile().Validate(4));
        Assert.Equal(
            "Quantile needs 3 outputs for each target but the network has 4; end it with a Dense of 3 units for each target.",
            error.WithoutParameter());
    }

    [Fact]
    public void Values_that_leave_too_few_outputs_for_each_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Quantile().Validate(6, Target<float>.OfValues(5, 3)));
        Assert.Equal("The target has 3 values per row but the network has 6 outputs; it needs 3 for each value.", error.WithoutParameter());
    }

    private static void Refused(double[] quantiles, string message) => Assert.Equal(
        message, Assert.Throws<ArgumentException>(() => new Quantile { Quantiles = quantiles }.Validate(quantiles.Length)).WithoutParameter());

    // Of an output that is z in every row, over 100 targets.
    private static double TotalGradient(Quantile loss, double z)
    {
        Target<double> target = Target<double>.OfValues(100, 1);
        for (int row = 0; row < 100; row++)
            target.Values!.Row(row)[0] = row + 0.5;
        DenseBlock<double> logits = RandomBatches.Block(100, 1, [.. Enumerable.Repeat(z, 100)]);
        double[] weights = [.. Enumerable.Repeat(1.0, 100)];
        var gradient = new DenseBlock<double>(100, 1);
        loss.CostAndGradient(logits, target, weights, 100, new double[100], gradient, 0, 100);
        return gradient.ToDoubles().Sum();
    }
}
