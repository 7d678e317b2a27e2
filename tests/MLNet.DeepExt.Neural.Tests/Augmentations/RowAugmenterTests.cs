using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Augmentations;

[Trait("Spec", "B2")]
public sealed class RowAugmenterTests
{
    [Fact]
    public void Spans_of_another_width_are_refused()
    {
        var augmenter = new RowAugmenter(Augment.Noise(0.1f), width: 4);
        Assert.Equal(
            "The span row has 3 numbers but rows have 4 features; they must be equal. (Parameter 'row')",
            Assert.Throws<ArgumentException>(() => augmenter.Augment(new float[3], new float[4], new CounterRandom(1))).Message);
        Assert.Equal(
            "The span destination has 5 numbers but rows have 4 features; they must be equal. (Parameter 'destination')",
            Assert.Throws<ArgumentException>(() => augmenter.Augment(new float[4], new float[5], new CounterRandom(1))).Message);
    }

    [Fact]
    public void A_picture_too_large_to_be_distorted_is_refused()
    {
        Assert.Equal(
            "Images of 1 × 2049 × 1 are too large for a distortion; make their sides at most 2048 pixels.",
            Assert.Throws<ArgumentException>(() => new RowAugmenter(Augment.Distort(34, 4).OnImages(1, 2049), 2049)).WithoutParameter());
        Assert.NotNull(new RowAugmenter(Augment.Rotate(3).OnImages(1, 2049), 2049));
    }

    [Fact]
    public void What_one_step_draws_does_not_move_what_another_one_draws()
    {
        float[] row = [.. Enumerable.Range(0, 16).Select(i => (float)i)], some = new float[16], more = new float[16];
        new RowAugmenter(Augment.Brightness(1).Noise(0.1f).OnImages(4, 4), 16).Augment(row, some, new CounterRandom(1));
        new RowAugmenter(Augment.Brightness(1, probability: 1e-9).Noise(0.1f).OnImages(4, 4), 16).Augment(row, more, new CounterRandom(1));
        float[] differences = [.. some.Zip(more, (x, y) => x - y)];
        Assert.All(differences, difference => Assert.Equal(differences[0], difference, 1e-4f));
    }
}
