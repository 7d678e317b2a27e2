using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class FocalTests
{
    private static readonly Dictionary<string, Focal> Losses = new()
    {
        ["focal"] = new Focal(),
        ["focal_alpha"] = new Focal { PositiveWeight = 0.25 },
        ["focal_0.5"] = new Focal { Focus = 0.5 },
        ["focal_0"] = new Focal { Focus = 0 },
    };

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Cost_and_gradient_are_those_of_PyTorch(string name)
    {
        Check(name, "plain", "binary.logits", LossCases.Values("binary.targets"), weighted: false);
        Check(name, "weighted", "binary.logits", LossCases.Values("binary.targets"));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_target_may_be_a_class(string name) =>
        Check(name, "class", "binary.class.logits", LossCases.Classes("binary.class.classes"));

    [Theory, MemberData(nameof(Names)), Trait("Spec", "A15")]
    public void Missing_labels_are_masked_as_in_PyTorch(string name) =>
        Check(name, "missing", "binary.logits", LossCases.Values("binary.targets", "binary.present"));

    [Theory, MemberData(nameof(Names))]
    public void Logits_of_ten_thousand_stay_finite(string name) =>
        Check(name, "extreme", "binary.extreme.logits", LossCases.Values("binary.extreme.targets"), weighted: false);

    [Theory, MemberData(nameof(Names))]
    public void No_finite_logit_in_float_has_a_cost_or_gradient_that_is_not(string name)
    {
        float[] values = [float.MaxValue, -float.MaxValue, 89, -89, 104, -104, 1e-45f, 0];
        foreach (float t in new[] { 0, 0.5f, 1 })
        {
            Target<float> target = Target<float>.OfValues(1, values.Length);
            target.Values!.Row(0).Fill(t);
            var costs = new double[1];
            var gradient = new DenseBlock<float>(1, values.Length);
            Losses[name].CostAndGradient(RandomBatches.Block(1, values.Length, values), target, [1], 1, costs, gradient, 0, 1);
            Assert.All([.. costs, .. gradient.ToDoubles()], value => Assert.True(double.IsFinite(value), $"{value}"));
        }
    }

    [Fact]
    public void Tiny_gradients_keep_their_digits_in_float()
    {
        // Of a right answer at z = 12: -q²·(q - 2·p·log p), with q = 1 - p = 6.144e-6 and -log p = q·(1 + q/2), is -3·q³ to five digits.
        Target<float> target = Target<float>.OfClasses(1);
        target.Classes[0] = 1;
        var gradient = new DenseBlock<float>(1, 1);
        new Focal().CostAndGradient(RandomBatches.Block(1, 1, [12f]), target, [1], 1, new double[1], gradient, 0, 1);
        double q = 1 / (1 + Math.Exp(12));
        Assert.Equal(1, gradient.Row(0)[0] / (-3 * q * q * q), 1e-5);
    }

    [Fact]
    public void Activate_gives_the_probabilities_of_PyTorch() => Close.Everywhere(
        LossCases.Reference.Doubles("binary.probabilities"),
        LossCases.Activated(new Focal(), LossCases.Logits("binary.logits")), 1e-12, "probability");

    [Theory]
    [InlineData(-1, "-1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_negative_focus_is_refused(double focus, string text)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Focal { Focus = focus }.Validate(1));
        Assert.Equal(
            $"Focus must be at least 0 and finite but is {text}; 2 is the usual value, and 0 gives the cross-entropy.", error.WithoutParameter());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(3, "3")]
    [InlineData(double.NaN, "NaN")]
    public void A_weight_that_is_no_share_is_refused(double weight, string text)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Focal { PositiveWeight = weight }.Validate(1));
        Assert.Equal(
            $"PositiveWeight must be in (0, 1) but is {text}; 0.25 is the paper's value, and null gives both classes equal weight.",
            error.WithoutParameter());
    }

    private static void Check(string name, string what, string logits, Target<double> target, bool weighted = true) =>
        LossCases.Check($"{name}.{what}", Losses[name], LossCases.Logits(logits), target, weighted);
}
