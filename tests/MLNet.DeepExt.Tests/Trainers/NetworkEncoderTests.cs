using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Networks with input encoders, as options of the trainers: fitted while rows are read, saved and loaded with the model.</summary>
[Trait("Spec", "G1")]
[Trait("Spec", "G2")]
public sealed class NetworkEncoderTests
{
    private static readonly NetworkSpec Encoded = NetworkSpec.Input(3)
        .Then(new Standardize { Columns = [new(1, 1)] })
        .Then(new RobustScale { Columns = [new(0, 1)] })
        .Then(new PiecewiseLinearEmbedding { Columns = [new(2, 1)], Bins = 6, Dimension = 4, UseRelu = true })
        .Then(new PeriodicEmbedding { Columns = [new(0, 2)], Frequencies = 4, Deviation = 0.1, Dimension = 5 })
        .Dense(16).Relu().Dense(1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public NetworkEncoderTests()
    {
        IDataView data = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 1));
        _rows = _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(data).Transform(data);
    }

    [Theory]
    [InlineData(DataMode.InMemory)]
    [InlineData(DataMode.Streaming)]
    public void A_network_with_encoders_is_fitted_trained_saved_and_loaded(DataMode mode)
    {
        NeuralNetworkRegressionTransformer model = Train(Encoded, mode);
        NetworkSpec spec = model.Model.Spec;
        Assert.True(spec.IsFitted);
        Assert.InRange(((RobustScale)spec.Layers[1]).Medians![0], -20, 20);
        Assert.Equal(7, ((PiecewiseLinearEmbedding)spec.Layers[2]).Edges![0].Count);

        using var file = new MemoryStream();
        _context.Model.Save(model, _rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 2).Model.Load(file, out _);
        Assert.Equal(ScoresOf(model), ScoresOf(loaded));
        Assert.Equal(spec, ((NeuralNetworkRegressionTransformer)loaded).Model.Spec);
        double squared = _context.Regression.Evaluate(model.Transform(_rows), "Number").RSquared;
        Assert.InRange(squared, 0.8, 1);
    }

    private NeuralNetworkRegressionTransformer Train(NetworkSpec spec, DataMode mode) =>
        _context.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
        {
            LabelColumnName = "Number",
            Network = spec,
            DataMode = mode,
            MaximumEpochs = 60,
            LearningRate = 0.02,
            Seed = 3,
        }).Fit(_rows);

    private float[] ScoresOf(ITransformer model) => [.. model.Transform(_rows).GetColumn<float>("Score")];
}
