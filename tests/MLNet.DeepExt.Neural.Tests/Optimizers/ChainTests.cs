using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A9")]
public sealed class ChainTests
{
    [Fact]
    public void A_chain_within_a_chain_becomes_part_of_it()
    {
        var whole = new Chain(new ClipByNorm(1), new Chain(new Adam(0.1), new DecayWeights(0.2)), new Lookahead());
        Assert.Equal(new Chain(new ClipByNorm(1), new Adam(0.1), new DecayWeights(0.2), new Lookahead()), whole);
        Assert.Equal(4, whole.Links.Count);
        Assert.Equal(3, whole.StatesPerParameter);
    }

    [Fact]
    public void Its_step_size_is_that_of_its_optimizer()
    {
        var chain = new Chain(new ClipByValue(1), new Momentum(0.3));
        Assert.Equal(0.3, chain.LearningRate);
        Assert.Equal(new Chain(new ClipByValue(1), new Momentum(0.7)), chain with { LearningRate = 0.7 });
        Assert.Equal(0.3, chain.LearningRate);
    }

    [Fact]
    public void AdamW_is_Adam_with_decay()
    {
        float[] theta = [1, -2, 3, 0.5f], first = [0.1f, 0.2f, -0.3f, 0.4f], second = [.. first];
        float[] one = new float[8], other = new float[8];
        var step = new TransformStep(1, 0.01) { IsWeight = true };
        new AdamW { WeightDecay = 0.3 }.Apply(first, theta, new TransformState<float>(one, 4, 0, 4), step);
        new Chain(new Adam(), new DecayWeights(0.3)).Apply(second, theta, new TransformState<float>(other, 4, 0, 4), step);
        Assert.Equal(first, second);
        Assert.Equal(one, other);
    }

    [Fact]
    public void Biases_do_not_decay()
    {
        float[] theta = [1, -2], update = [0.5f, 0.5f];
        new DecayWeights(0.3).Apply(update, theta, default, new TransformStep(1, 1) { IsWeight = false });
        Assert.Equal([0.5f, 0.5f], update);
        new DecayWeights(0.3).Apply(update, theta, default, new TransformStep(1, 1) { IsWeight = true });
        Assert.Equal([0.5f + 0.3f, 0.5f - 0.6f], update);
    }

    [Fact]
    public void Each_clipping_of_a_chain_goes_by_the_norm_of_what_it_is_given()
    {
        // 5, shortened to 2, then to 1; descent halves it.
        double[] update = [3, 4];
        new Chain(new ClipByNorm(2), new ClipByGlobalNorm(1), new GradientDescent(0.5)).Apply(update, [0, 0], default, new TransformStep(1, 0.5));
        Assert.Equal(0.3, update[0], 1e-15);
        Assert.Equal(0.4, update[1], 1e-15);
    }

    [Fact]
    public void Lookahead_makes_no_difference_where_slow_weights_go_all_the_way()
    {
        float[] update = [0.25f, -1], state = [0.5f, 2];
        new Lookahead { Every = 1, Share = 1 }.Apply(update, [0, 0], new TransformState<float>(state, 2, 0, 2), new TransformStep(1, 1));
        Assert.Equal([0.25f, -1], update);
        Assert.Equal([0f, 0], state);
    }

    [Fact]
    public void Lion_shows_what_is_no_number_and_rests_at_zero()
    {
        float[] update = [float.NaN, 0, 3, -2, float.NegativeInfinity], state = new float[5];
        new Lion().Apply(update, default, new TransformState<float>(state, 5, 0, 5), new TransformStep(1, 0.5));
        Assert.Equal([float.NaN, 0, 0.5f, -0.5f, float.NegativeInfinity], update);
    }

    [Fact]
    public void State_that_is_too_short_is_refused_and_nothing_is_written_beyond_it()
    {
        var gradient = new float[100];
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Adam().Apply(gradient, default, new TransformState<float>(new float[20], 10, 0, 10), new TransformStep(1, 0.1)));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => _ = new TransformState<float>(new float[20], 10, 5, 6)[0].Length);
        Assert.Throws<ArgumentOutOfRangeException>("from", () => _ = new TransformState<float>(new float[20], 10, -1, 6)[0].Length);
    }

    [Fact]
    public void Its_text_has_the_values_of_its_links() => Assert.Equal(
        "Chain(ClipByNorm { Limit = 1 }, Lion { LearningRate = 0.5, Beta1 = 0.25, Beta2 = 0.5 }, DecayWeights { WeightDecay = 2 })",
        new Chain(new ClipByNorm(1), new Lion(0.5) { Beta1 = 0.25, Beta2 = 0.5 }, new DecayWeights(2)).ToString());

    [Fact]
    public void An_impossible_chain_is_refused()
    {
        Assert.Equal(
            "Lookahead must stand last in a Chain, because it depends on the final update; move it to the end.",
            MessageOf(new Chain(new Lookahead(), new Adam())));
        Assert.Equal(
            "A Chain must have at most 100 links but has 102; remove some.",
            MessageOf(new Chain([new Adam(), .. Enumerable.Repeat(new DecayWeights(0.1), 101)])));
        Assert.Equal("A Chain must have one optimizer, such as Adam, but has 0; add one.", MessageOf(new Chain(new ClipByNorm(1))));
        Assert.Equal("A Chain must have one optimizer, such as Adam, but has 0; add one.", MessageOf(new Chain()));
        Assert.Equal(
            "A Chain must have one optimizer, such as Adam, but has 2; keep one of them.", MessageOf(new Chain(new Adam(), new Lion())));
        Assert.Equal("Links of a Chain must not contain null; remove it.", MessageOf(new Chain(new Adam(), null!)));
        Assert.Equal("LearningRate must be above 0 but is -1; 0.001 suits most networks.", MessageOf(new Chain(new Adam(-1))));
        Assert.Equal("Every of Lookahead must be from 1 to 1000000 but is 0; 5 is the usual value.", MessageOf(new Lookahead { Every = 0 }));
        Assert.Equal(
            "Share of Lookahead must be above 0 and at most 1 but is NaN; 0.5 is the usual value.", MessageOf(new Lookahead { Share = double.NaN }));
        Assert.Equal("Beta must be in [0, 1) but is 1; 0.95 is the usual value.", MessageOf(new Muon { Beta = 1 }));
        Assert.Equal("Epsilon must be above 0 but is 0; 1e-8 is the usual value.", MessageOf(new Muon { Rest = new Adam { Epsilon = 0 } }));
        Assert.Equal("Beta2 must be in [0, 1) but is 2; 0.99 is the usual value.", MessageOf(new Lion { Beta2 = 2 }));
    }

    private static string MessageOf(GradientTransform transform) => Assert.Throws<ArgumentException>(transform.Validate).WithoutParameter();
}
