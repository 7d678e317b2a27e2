using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every augmentation must do, whatever its kind.</summary>
[Trait("Spec", "B2")]
public sealed class AugmentationConformanceTests
{
    private const int Count = 400;

    private static readonly ImageShape Shape = new(6, 7, 2);

    public static TheoryData<string> Names => [.. AugmentationTable.Rows.Keys];

    [Fact]
    public void The_table_has_a_row_for_every_augmentation()
    {
        IEnumerable<Type> kinds =
            typeof(Augmentation).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Augmentation)));
        Assert.Equal(kinds.Select(type => type.Name).Order(), AugmentationTable.Rows.Keys.Order());
        Assert.All(AugmentationTable.Rows, row => Assert.Equal(row.Key, Assert.Single(row.Value.Recipe.Steps).GetType().Name));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_changes_rows_each_in_another_way_and_the_next_epoch_in_yet_another(string name)
    {
        float[][] rows = Rows(), first = Augmented(name, epoch: 1), second = Augmented(name, epoch: 2);
        bool isFlip = name.EndsWith("Flip", StringComparison.Ordinal);
        int changed = rows.Zip(first).Count(pair => !pair.First.SequenceEqual(pair.Second));
        int differing = first.Zip(second).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.InRange(changed, isFlip ? Count * 0.4 : Count * 0.8, isFlip ? Count * 0.6 : Count);
        Assert.InRange(differing, isFlip ? Count * 0.4 : Count * 0.9, Count);
        Assert.All(first.Concat(second), row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_rows_and_another_seed_others(string name)
    {
        Assert.Equal(Augmented(name), Augmented(name));
        Assert.NotEqual(Augmented(name), Augmented(name, seed: 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_row_is_changed_with_its_probability(string name)
    {
        AugmentationRecipe recipe = RecipeOf(name);
        AugmentationRecipe always = Seldom(recipe, 1), seldom = Seldom(recipe, 0.25);
        int Changed(AugmentationRecipe with) => Rows().Zip(Augmented(with)).Count(pair => !pair.First.SequenceEqual(pair.Second));
        // Some change nothing now and then even so: a mix with itself, a shift by nothing.
        int most = Changed(always);
        Assert.InRange(Changed(seldom), 0.25 * most - 4 * Math.Sqrt(Count * 0.1875), 0.25 * most + 4 * Math.Sqrt(Count * 0.1875));
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_out_of_range_are_refused_before_anything_is_done(string name)
    {
        AugmentationRecipe recipe = AugmentationTable.Rows[name].Recipe;
        recipe.Validate();
        foreach ((AugmentationRecipe faulty, string message) in AugmentationTable.Rows[name].Faults)
            Assert.Equal(message, Assert.Throws<ArgumentException>(faulty.Validate).WithoutParameter());
        foreach (double probability in new[] { 0, -0.5, 1.5, double.NaN })
        {
            Assert.Equal(
                FormattableString.Invariant($"Probability of {name} must be in (0, 1] but is {probability}; ")
                    + "remove the step to change no row.",
                Assert.Throws<ArgumentException>(Seldom(recipe, probability).Validate).WithoutParameter());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void It_is_told_from_others_by_its_values_in_whatever_culture(string name)
    {
        AugmentationRecipe recipe = RecipeOf(name);
        Assert.Equal(recipe, Seldom(Seldom(recipe, 0.5), recipe.Steps[0].Probability));
        Assert.NotEqual(recipe, Seldom(recipe, 0.125));
        string description = KindDescriptions.Of(recipe);
        Assert.Contains($"\"kind\":\"{name}\"", description, StringComparison.Ordinal);
        Assert.NotEqual(description, KindDescriptions.Of(Seldom(recipe, 0.125)));
        Culture.Run("tr-TR", () => Assert.Equal(description, KindDescriptions.Of(recipe)));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_does_the_same_to_both_orders_of_channels(string name)
    {
        if (name is "GaussianNoise" or "SwapNoise")
            return; // of features as they stand, whatever they are
        float[][] beside = Rows();
        float[][] apart = [.. beside.Select(row => Reordered(row, Shape))];
        AugmentationRecipe recipe = RecipeOf(name);
        float[][] expected = [.. Augmented(recipe, rows: beside).Select(row => Reordered(row, Shape))];
        float[][] actual = Augmented(recipe with { Image = Shape with { Order = ChannelOrder.First } }, rows: apart);
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < Shape.Length; i++)
                Assert.Equal(expected[row][i], actual[row][i], 1e-5f);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_row_allocates_nothing(string name)
    {
        if (RecipeOf(name).Mixing.Any())
            return; // counted where batches are
        var augmenter = new RowAugmenter(RecipeOf(name), Shape.Length);
        float[] row = Rows()[0], destination = new float[Shape.Length];
        Assert.Equal(0, Allocation.AfterWarmUp(() => augmenter.Augment(row, destination, new CounterRandom(1))));
    }

    private static AugmentationRecipe RecipeOf(string name) => AugmentationTable.Rows[name].Recipe with { Image = Shape };

    private static AugmentationRecipe Seldom(AugmentationRecipe recipe, double probability) =>
        recipe with { Steps = [.. recipe.Steps.Select(step => step with { Probability = probability })] };

    private static float[] Reordered(float[] row, ImageShape shape) =>
        [.. Enumerable.Range(0, shape.Channels).SelectMany(channel =>
            Enumerable.Range(0, shape.Height * shape.Width).Select(pixel => row[pixel * shape.Channels + channel]))];

    private static float[][] Rows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Shape.Length).Select(_ => random.NextSingle()).ToArray())];
    }

    private static float[][] Augmented(string name, int epoch = 1, int seed = 1) => Augmented(RecipeOf(name), epoch, seed);

    // As training sees them: the rows of an epoch, in their order.
    private static float[][] Augmented(AugmentationRecipe recipe, int epoch = 1, int seed = 1, float[][]? rows = null)
    {
        rows ??= Rows();
        var data = new LabeledRows(Shape.Length, [.. rows.SelectMany(row => row)], new int[Count]);
        using var source = new AugmentedSource(
            new MemoryBatchSource(data, [.. Enumerable.Range(0, Count)], 50, shuffle: null),
            recipe, outputs: 2, mixesCosts: true, new CounterRandom((ulong)seed), threads: 0);
        Batch<float> batch = source.CreateBatch();
        var augmented = new List<float[]>();
        source.BeginEpoch(epoch);
        while (source.MoveNext(batch))
        {
            source.Gather(batch, 0, batch.Rows);
            for (int row = 0; row < batch.Rows; row++)
                augmented.Add(((DenseBlock<float>)batch.Inputs).Row(row).ToArray());
        }

        return [.. augmented];
    }
}
