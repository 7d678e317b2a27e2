using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Networks of residual blocks and of members, as options of the trainers.</summary>
public sealed class ComposedNetworkTests
{
    private static readonly Func<int, NetworkSpec> Shape = outputs => NetworkSpec.Input(3)
        .Sequential("hidden", inner => inner.Dense(16).BatchNorm().Relu().Residual(block => block.LayerNorm().Dense(16).Swish()))
        .Members(4, inner => inner.MemberScaling(randomSigns: true).Dense(12).MemberScaling(useBias: true).Relu().MemberDense(outputs));

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public ComposedNetworkTests()
    {
        IDataView data = _context.Data.LoadFromEnumerable(TaskRow.Generate(300, seed: 1));
        _rows = _context.Transforms.Concatenate("Features", "A", "B", "C").Append(_context.Transforms.NormalizeInputs("Features")).Fit(data)
            .Transform(data);
    }

    [Fact]
    public void A_regression_by_members_is_the_mean_of_theirs_and_comes_back_from_a_file()
    {
        NeuralNetworkRegressionTransformer model = _context.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
        {
            LabelColumnName = "Number",
            Network = Shape(1),
            MaximumEpochs = 60,
            Seed = 3,
            LayerRates = new Dictionary<string, double> { ["hidden.0.dense"] = 0.5 },
        }).Fit(_rows);
        float[] scores = [.. model.Transform(_rows).GetColumn<float>("Score")];
        Assert.InRange(_context.Regression.Evaluate(model.Transform(_rows), "Number").RSquared, 0.7, 1);
        Assert.Contains("hidden.3.residual.1.dense", model.Model.Spec.LayerNames);

        using var file = new MemoryStream();
        _context.Model.Save(model, _rows.Schema, file);
        file.Position = 0;
        Assert.Equal(scores, new MLContext(seed: 2).Model.Load(file, out _).Transform(_rows).GetColumn<float>("Score"));

        // One by one as in a block.
        using var engine = _context.Model.CreatePredictionEngine<Row, Prediction>(model);
        float[][] features = [.. _rows.GetColumn<float[]>("Features").Take(5)];
        Assert.Equal(scores.Take(5), features.Select(row => engine.Predict(new Row { Features = row }).Score));
    }

    [Fact]
    public void Yes_or_no_by_members_has_the_score_whose_probability_is_the_mean()
    {
        NeuralNetworkBinaryTransformer model = _context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "Yes",
            Network = Shape(1),
            MaximumEpochs = 20,
            Seed = 3,
        }).Fit(_rows);
        IDataView scored = model.Transform(_rows);
        float[] logits = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        for (int row = 0; row < logits.Length; row++)
            Assert.Equal(1 / (1 + Math.Exp(-logits[row])), probabilities[row], 1e-6);
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
