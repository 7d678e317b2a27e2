using Microsoft.ML;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Rows augmented in every epoch, as an option of the trainers says.</summary>
[Trait("Spec", "B2")]
public sealed class AugmentationTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_network_that_learned_of_shifted_pictures_knows_pictures_that_are_shifted()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Bar.Generate(200, seed: 1, spread: 0));
        IDataView test = _context.Data.LoadFromEnumerable(Bar.Generate(300, seed: 2, spread: 2));
        double Accuracy(AugmentationRecipe? augmentation)
        {
            var options = new NeuralNetworkBinaryTrainer.Options { LabelColumnName = nameof(Bar.IsUpright), Augmentation = augmentation };
            ITransformer model = _context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(training);
            return _context.BinaryClassification.Evaluate(model.Transform(test), nameof(Bar.IsUpright)).Accuracy;
        }

        double plain = Accuracy(null), augmented = Accuracy(Augment.Shift(0.3f).OnImages(Bar.Side, Bar.Side));
        Assert.True(augmented > Math.Max(0.9, plain + 0.1), $"{plain} without, {augmented} with augmentation");
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Every_trainer_mixes_rows_in_memory_and_streaming_alike_and_with_any_number_of_threads(string kind)
    {
        IDataView data = TaskRow.Prepare(_context, TaskRow.Generate(150, seed: 1));
        string[] Outputs(int threads, DataMode mode, AugmentationRecipe? augmentation) => OutputText.Of(
            TrainerKind.Of(kind).Fit(_context, data, options =>
            {
                options.Augmentation = augmentation;
                options.NumberOfThreads = threads;
                options.DataMode = mode;
            }),
            data);

        AugmentationRecipe recipe = Augment.Noise(0.1f).SwapNoise(0.1f).MixUp(0.4f);
        string[] expected = Outputs(1, DataMode.InMemory, recipe);
        Assert.Equal(expected, Outputs(2, DataMode.InMemory, recipe));
        Assert.Equal(expected, Outputs(1, DataMode.Streaming, recipe));
        Assert.NotEqual(expected, Outputs(1, DataMode.InMemory, null));
    }

    [Fact]
    public void Slots_of_categories_are_known_by_the_annotation_of_the_column()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 300)
            .Select(row => new City { Name = $"{row % 12}", Size = row % 7, IsLarge = row % 12 > 5 }));
        IEstimator<ITransformer> preparation = _context.Transforms.Categorical.OneHotEncoding("Name")
            .Append(_context.Transforms.Concatenate("Features", "Size", "Name"));
        IDataView prepared = preparation.Fit(data).Transform(data);
        string[] Outputs(AugmentationRecipe recipe) => OutputText.Of(
            _context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
            {
                LabelColumnName = nameof(City.IsLarge),
                Augmentation = recipe,
                MaximumEpochs = 5,
                Seed = 1,
            }).Fit(prepared),
            prepared);

        AugmentationRecipe said = Augment.Noise(0.1f).SwapNoise(0.2f) with { Categories = [new SlotRange(1, 12)] };
        Assert.Equal(Outputs(said), Outputs(Augment.Noise(0.1f).SwapNoise(0.2f)));
        Assert.NotEqual(Outputs(said), Outputs(said with { Categories = [new SlotRange(1, 11)] }));
    }

    [Fact]
    public void A_recipe_that_is_wrong_is_refused_when_the_trainer_is_made_and_one_that_does_not_fit_before_rows_are_read()
    {
        Assert.Equal(
            "Share of a Shift must be in (0, 1) but is 2; 0.1 moves by at most a tenth of the image.",
            Refused(() => TrainerKind.Binary.Create(_context, options => options.Augmentation = Augment.Shift(2))));
        Assert.Equal(
            "Augmentation has no steps; use null for no augmentation.",
            Refused(() => TrainerKind.Binary.Create(_context, options => options.Augmentation = AugmentationRecipe.Empty)));
        var data = new WatchedDataView(TaskRow.Prepare(_context, TaskRow.Generate(20, seed: 1)), _ => Assert.Fail("A row was read."));
        Assert.Equal(
            "The augmentation Shift changes images but the image shape of a row of 3 features is not set; "
                + "use OnImages(height, width, channels).",
            Refused(() => TrainerKind.Binary.Fit(_context, data, options => options.Augmentation = Augment.Shift(0.1f))));

        static string Refused(Action action) => Assert.Throws<ArgumentException>(action).WithoutParameter();
    }

    private sealed class City
    {
        public string Name { get; set; } = "";

        public float Size { get; set; }

        public bool IsLarge { get; set; }
    }
}
