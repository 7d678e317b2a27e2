using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class SoftmaxCrossEntropyTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load();
    private static readonly SoftmaxCrossEntropy Loss = new();

    [Theory]
    [InlineData("hard", false, false)]
    [InlineData("hard_weighted", false, true)]
    [InlineData("soft", true, false)]
    [InlineData("soft_weighted", true, true)]
    public void Cost_and_gradient_are_those_of_PyTorch(string name, bool soft, bool weighted)
    {
        DenseBlock<double> logits = RandomBatches.Block(6, 4, Reference.Doubles("softmax.logits"));
        Target<double> target = soft ? SoftTarget() : ClassTarget("softmax.classes", 6);
        double[] weights = weighted ? Reference.Doubles("softmax.weights") : [1, 1, 1, 1, 1, 1];
        var costs = new double[6];
        var gradient = new DenseBlock<double>(6, 4);
        Loss.CostAndGradient(logits, target, weights, weights.Sum(), costs, gradient, 0, 6);

        Close.Everywhere(Reference.Doubles($"softmax.{name}.rows"), costs, 1e-12, "cost");
        Close.Everywhere(Reference.Doubles($"softmax.{name}.dlogits"), gradient.ToDoubles(), 1e-12, "gradient");
        double mean = costs.Zip(weights, (cost, weight) => cost * weight).Sum() / weights.Sum();
        Assert.Equal(Reference.Double($"softmax.{name}.loss"), mean, 1e-12);
    }

    [Fact]
    public void Logits_of_ten_thousand_stay_finite_in_float()
    {
        DenseBlock<float> logits = RandomBatches.Block(4, 4, Reference.Singles("softmax.extreme.logits"));
        Target<float> target = Target<float>.OfClasses(4);
        Reference.Integers("softmax.extreme.classes").CopyTo(target.Classes);
        var costs = new double[4];
        var gradient = new DenseBlock<float>(4, 4);
        Loss.CostAndGradient(logits, target, [1, 1, 1, 1], 4, costs, gradient, 0, 4);

        Close.Everywhere(Reference.Doubles("softmax.extreme.rows"), costs, 1e-6, "cost");
        Close.Everywhere(Reference.Doubles("softmax.extreme.dlogits"), gradient.ToDoubles(), 1e-6, "gradient");
    }

    [Theory]
    [InlineData("softmax.logits", "softmax.probabilities")]
    [InlineData("softmax.extreme.logits", "softmax.extreme.probabilities")]
    public void Activate_gives_the_probabilities_of_PyTorch(string logits, string probabilities)
    {
        float[] z = Reference.Singles(logits);
        double[] expected = Reference.Doubles(probabilities);
        for (int row = 0; row < z.Length / 4; row++)
        {
            var padded = new float[Lanes.Strip];
            z.AsSpan(4 * row, 4).CopyTo(padded);
            Loss.Activate<float>(padded, padded, 4);
            Close.Everywhere(expected[(4 * row)..(4 * row + 4)], Array.ConvertAll(padded[..4], p => (double)p), 1e-6, $"row {row}");
        }
    }

    [Theory]
    [InlineData(0.1, "hard", false)]
    [InlineData(0.1, "hard_weighted", true)]
    [InlineData(0.1, "soft", false)]
    [InlineData(0.1, "soft_weighted", true)]
    [InlineData(0.3, "hard", false)]
    [InlineData(0.3, "hard_weighted", true)]
    [InlineData(0.3, "soft", false)]
    [InlineData(0.3, "soft_weighted", true)]
    [InlineData(0.1, "extreme", false)]
    [InlineData(0.3, "extreme", false)]
    public void Label_smoothing_is_that_of_PyTorch(double smoothing, string name, bool weighted)
    {
        Target<double> target = name.StartsWith("soft", StringComparison.Ordinal)
            ? LossCases.Values("smoothing.soft")
            : LossCases.Classes(name == "extreme" ? "smoothing.extreme.classes" : "smoothing.classes");
        LossCases.Check(
            FormattableString.Invariant($"smoothing.{smoothing}.{name}"), new SoftmaxCrossEntropy { LabelSmoothing = smoothing },
            LossCases.Logits(name == "extreme" ? "smoothing.extreme.logits" : "smoothing.logits"), target, weighted);
    }

    [Fact]
    public void Label_smoothing_leaves_the_probabilities_as_they_are()
    {
        var loss = new SoftmaxCrossEntropy { LabelSmoothing = 0.1 };
        double[] probabilities = LossCases.Activated(loss, LossCases.Logits("smoothing.logits"));
        Close.Everywhere(LossCases.Reference.Doubles("smoothing.probabilities"), probabilities, 1e-12, "probability");
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    public void A_label_smoothing_that_is_no_share_is_refused(double smoothing, string text)
    {
        var loss = new SoftmaxCrossEntropy { LabelSmoothing = smoothing };
        ArgumentException error = Assert.Throws<ArgumentException>(() => loss.Validate(3));
        Assert.Equal(
            $"LabelSmoothing must be in [0, 1) but is {text}; 0.1 is a usual value, and 0 is no smoothing.", error.WithoutParameter());
    }

    [Fact]
    public void A_missing_probability_is_refused()
    {
        Target<float> target = Target<float>.OfValues(1, 2);
        target.Values!.Row(0)[1] = float.NaN;
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Validate(2, target));
        Assert.Equal("Row 0 of the target has the value NaN; it must be the probability of a class, at least 0.", error.WithoutParameter());
    }

    [Fact]
    public void One_output_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Validate(1, Target<float>.OfClasses(3)));
        Assert.Equal("A softmax needs at least 2 outputs but the network has 1; end it with one Dense unit per class.", error.WithoutParameter());
    }

    [Fact]
    public void Class_probabilities_of_another_width_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Validate(3, Target<float>.OfValues(5, 4)));
        Assert.Equal("The target has 4 values per row but the network has 3 outputs; give a probability for each class.", error.WithoutParameter());
    }

    private static Target<double> SoftTarget()
    {
        Target<double> target = Target<double>.OfValues(6, 4);
        double[] values = Reference.Doubles("softmax.soft");
        for (int row = 0; row < 6; row++)
            values.AsSpan(4 * row, 4).CopyTo(target.Values!.Row(row));
        return target;
    }

    private static Target<double> ClassTarget(string name, int rows)
    {
        Target<double> target = Target<double>.OfClasses(rows);
        Reference.Integers(name).CopyTo(target.Classes);
        return target;
    }
}
