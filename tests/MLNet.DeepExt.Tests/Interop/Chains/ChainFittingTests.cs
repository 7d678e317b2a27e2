using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Chains;

/// <summary>Chains that are fitted with validation data.</summary>
[Trait("Spec", "A11")]
public sealed class ChainFittingTests
{
    private static readonly SampleRow[] Train = SampleRow.Generate(200, seed: 1);
    private static readonly SampleRow[] Dev = SampleRow.Generate(60, seed: 2);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _train;
    private readonly IDataView _dev;

    public ChainFittingTests()
    {
        _train = _context.Data.LoadFromEnumerable(Train);
        _dev = _context.Data.LoadFromEnumerable(Dev);
    }

    [Fact]
    public void Validation_data_goes_through_the_fitted_transforms_and_stops_the_trainer()
    {
        TransformerChain<ITransformer> model = Chain().Fit(_train, _dev);

        ITransformer preparation = SamplePipeline.Preparation(_context).Fit(_train);
        NeuralNetworkMulticlassTransformer byHand = Trainer().Fit(preparation.Transform(_train), preparation.Transform(_dev));
        NeuralNetworkMulticlassTransformer inChain = NetworkOf(model);
        Assert.Equal(Dev.Length, inChain.Model.History!.ValidationRows);
        Assert.Equal(Train.Length, inChain.Model.History.TrainingRows);
        Assert.Equal(
            byHand.Model.History!.Epochs.Select(epoch => epoch.ValidationLoss),
            inChain.Model.History.Epochs.Select(epoch => epoch.ValidationLoss));
        IDataView scored = model.Transform(_dev);
        Assert.Equal(
            byHand.Transform(preparation.Transform(_dev)).GetColumn<float[]>("Score"), scored.GetColumn<float[]>("Score"));
        Assert.Equal(TextDataViewType.Instance, scored.Schema["PredictedLabel"].Type);
    }

    [Fact]
    public void Chains_within_a_chain_take_it_along()
    {
        EstimatorChain<ITransformer> nested = new EstimatorChain<ITransformer>()
            .Append(SamplePipeline.Preparation(_context))
            .Append<ITransformer>(new EstimatorChain<ITransformer>().Append(Trainer())
                .Append<ITransformer>(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")));
        TransformerChain<ITransformer> model = nested.Fit(_train, _dev);
        Assert.Equal(Dev.Length, NetworkOf(model).Model.History!.ValidationRows);
        Assert.Equal(
            Chain().Fit(_train, _dev).Transform(_dev).GetColumn<float[]>("Score"), model.Transform(_dev).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void A_cache_before_the_trainer_is_one_for_both()
    {
        int trained = 0, validated = 0;
        var train = new WatchedDataView(_train, row => trained = Math.Max(trained, 1));
        var dev = new WatchedDataView(_dev, row => validated = Math.Max(validated, 1));
        EstimatorChain<ITransformer> Prepared() => new EstimatorChain<ITransformer>().Append(SamplePipeline.Preparation(_context));
        NeuralNetworkMulticlassTrainer.Options streaming = Options();
        streaming.DataMode = DataMode.Streaming;
        NeuralNetworkMulticlassTrainer trainer = _context.MulticlassClassification.Trainers.NeuralNetwork(streaming);

        Prepared().AppendCacheCheckpoint(_context).Append(trainer).Fit(train, dev);
        Assert.Equal((1, 1, 1), (trained, validated, dev.Cursors));
        int before = dev.Cursors;
        Prepared().Append(trainer).Fit(train, dev);
        Assert.True(dev.Cursors - before > 2, $"{dev.Cursors - before}");
    }

    [Fact]
    public void A_chain_of_which_nothing_takes_validation_data_is_refused_before_anything_is_fitted()
    {
        var train = new WatchedDataView(_train, _ => { });
        EstimatorChain<ITransformer> chain = new EstimatorChain<ITransformer>().Append(SamplePipeline.Preparation(_context));
        Assert.Equal(
            "No estimator of the chain takes validation data; call Fit with the training data alone, or append a trainer that stops by "
            + "validation data, such as NeuralNetwork.",
            Assert.Throws<InvalidOperationException>(() => chain.Fit(train, _dev)).Message);
        Assert.Equal(0, train.Cursors);
    }

    [Fact]
    public void What_the_trainer_says_of_the_validation_data_comes_out_as_it_is()
    {
        IDataView dev = _context.Transforms.SelectColumns("A", "B", "C").Fit(_dev).Transform(_dev);
        Assert.ThrowsAny<ArgumentException>(() => Chain().Fit(_train, dev));
        SampleRow[] empty = [];
        Assert.Equal(
            "The validation data has no rows; check the file, or the filter, that it comes from.",
            Assert.Throws<InvalidOperationException>(() => Chain().Fit(_train, _context.Data.LoadFromEnumerable(empty))).Message);
    }

    [Fact]
    public void The_fitted_chain_is_saved_and_loaded_like_any_other()
    {
        TransformerChain<ITransformer> model = Chain().Fit(_train, _dev);
        using var stream = new MemoryStream();
        _context.Model.Save(model, _train.Schema, stream);
        stream.Position = 0;
        Assert.Equal(SamplePrediction.Of(model, Dev), SamplePrediction.Of(_context.Model.Load(stream, out _), Dev));
    }

    private static NeuralNetworkMulticlassTransformer NetworkOf(ITransformer model) =>
        Flatten(model).OfType<NeuralNetworkMulticlassTransformer>().Single();

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    private static NeuralNetworkMulticlassTrainer.Options Options()
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Seed = 1;
        return options;
    }

    private EstimatorChain<ITransformer> Chain() => new EstimatorChain<ITransformer>()
        .Append(SamplePipeline.Preparation(_context))
        .Append(Trainer())
        .Append<ITransformer>(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private NeuralNetworkMulticlassTrainer Trainer() => _context.MulticlassClassification.Trainers.NeuralNetwork(Options());
}
