using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "G4")]
public sealed class TargetRangeTests
{
    private static readonly TargetScaling Scaling = new([100, -5], [10, 0.5]);
    private static readonly TargetRange Range = new([95, -5.5], [120, -4]);

    [Fact]
    public void Each_target_is_kept_within_its_range_and_what_is_no_number_stays_none()
    {
        var loss = new SquaredError { Scaling = Scaling, Range = Range };
        Assert.Equal([95f, -4], Activated(loss, [-1, 3]));
        Assert.Equal([103f, -5.25f], Activated(loss, [0.3f, -0.5f]));
        Assert.Equal([float.NaN, -5.5f], Activated(loss, [float.NaN, float.NegativeInfinity]));
        Assert.Equal([95f, -4], Activated(loss with { Scaling = null }, [-1, 3]));
    }

    [Fact]
    public void All_quantiles_of_a_target_are_kept_within_its_range_and_ascend() => Assert.Equal(
        [95f, 101, 120, -5.5f, -5.5f, -4.5f],
        Activated(new Quantile { Scaling = Scaling, Range = Range }, [9, 0.1f, -9, 1, -2, -3]));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_members_the_outputs_within_the_range_are_averaged(bool isScaled)
    {
        // In the units of the logits the range is from -0.5 to 2.
        ElementwiseLoss loss = isScaled
            ? new SquaredError { Scaling = new TargetScaling([100], [10]), Range = new TargetRange([95], [120]) }
            : new SquaredError { Range = new TargetRange([-0.5], [2]) };
        var logits = new DenseBlock<float>(3, 1);
        (logits.Row(0)[0], logits.Row(1)[0], logits.Row(2)[0]) = (-8, 0.6f, 50);
        var mean = new DenseBlock<float>(1, 1);
        loss.MeanOfMembers(logits, mean, 0, 1);
        Assert.Equal((-0.5f + 0.6f + 2) / 3, mean.Row(0)[0], 1e-6f);
    }

    [Fact]
    public void Cost_and_gradient_are_those_without_it()
    {
        var logits = new DenseBlock<float>(1, 2);
        (logits.Row(0)[0], logits.Row(0)[1]) = (7, -9);
        Target<float> target = Target<float>.OfValues(1, 2);
        (target.Values!.Row(0)[0], target.Values.Row(0)[1]) = (110, -5);
        var plain = new DenseBlock<float>(1, 2);
        var clamped = new DenseBlock<float>(1, 2);
        var loss = new SquaredError { Scaling = Scaling };
        Assert.Equal(
            loss.CostAndGradient<float>(logits, target, plain), (loss with { Range = Range }).CostAndGradient<float>(logits, target, clamped));
        Assert.Equal(plain.Row(0).ToArray(), clamped.Row(0).ToArray());
    }

    [Fact]
    public void Contributions_add_up_to_the_output_before_it_is_kept_within_the_range()
    {
        var network = new Network<float>(NetworkSpec.Input(2).Dense(1), seed: 1);
        network.Parameters.Write(network.Parameters.Slots[0], [2, 3]);
        var loss = new SquaredError { Scaling = new TargetScaling([100], [10]), Range = new TargetRange([95], [120]) };
        var contributions = new float[2];
        new Attributor(network, loss, new GradientTimesInput()).Attribute([1, 1], null, contributions);
        Assert.Equal([20, 30], contributions);
    }

    [Fact]
    public void Ranges_are_equal_by_value_and_part_of_the_loss()
    {
        Assert.Equal(new TargetRange([1, 2], [3, 4]), new TargetRange(new List<double> { 1, 2 }, [3, 4]));
        Assert.Equal(new TargetRange([1, 2], [3, 4]).GetHashCode(), new TargetRange([1, 2], [3, 4]).GetHashCode());
        Assert.NotEqual(new TargetRange([1, 2], [3, 4]), new TargetRange([1, 2], [3, 5]));
        Assert.NotEqual(new Quantile { Range = Range }, new Quantile());
        Assert.Equal(new Huber { Range = new TargetRange([1], [2]) }, new Huber { Range = new TargetRange([1], [2]) });
    }

    [Fact]
    public void It_is_widened_by_another_one()
    {
        Assert.Equal(new TargetRange([0, -5.5], [120, 9]), Range.With(new TargetRange([0, 0], [1, 9])));
        Assert.Same(Range, Range.With(null));
        Refused(() => Range.With(new TargetRange([0], [1])), "The range has 2 targets but the other one 1; they must be equal. (Parameter 'other')");
    }

    [Fact]
    public void Of_targets_it_leaves_out_missing_ones_and_rows_without_weight()
    {
        Assert.Equal(new TargetRange([3, 1], [3, 2]), TargetRange.Of(2, [float.NaN, 2, 3, 1, 9, 9], [1, 1, 0]));
        Assert.Equal(new TargetRange([float.MinValue], [float.MaxValue]), TargetRange.Of(1, [float.NaN, 1], [1, 0]));
    }

    [Fact]
    public void Impossible_ranges_are_refused()
    {
        Refused(() => new TargetRange([1], []), "A TargetRange has 1 lows and 0 highs; give one of each for every target. (Parameter 'highs')");
        foreach ((double low, double high, string ends) in new[]
        {
            (2.0, 1.0, "2 to 1"), (double.NaN, 1, "NaN to 1"), (0, 1e60, "0 to 1E+60"), (double.NegativeInfinity, 1, "-Infinity to 1"),
        })
        {
            Refused(
                () => new TargetRange([low], [high]),
                $"The range of a target must be finite, the low end first, but is from {ends}; give -3.4028235E+38 and 3.4028235E+38 for no limits. "
                + "(Parameter 'highs')");
        }

        ArgumentException error = Assert.Throws<ArgumentException>(() => new Huber { Range = Range }.Validate(3));
        Assert.Equal("Range has 2 targets but the network predicts 3; compute it from the targets of the training rows.", error.WithoutParameter());
        Assert.Equal(nameof(ElementwiseLoss.Range), error.ParamName);
    }

    private static float[] Activated(Loss loss, float[] logits)
    {
        var block = new DenseBlock<float>(1, logits.Length);
        logits.CopyTo(block.Row(0));
        loss.Activate(block, block);
        return block.Row(0).ToArray();
    }

    private static void Refused(Action action, string message) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
}
