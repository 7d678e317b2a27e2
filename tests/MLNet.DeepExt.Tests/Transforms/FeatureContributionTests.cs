using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

public sealed class FeatureContributionTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public FeatureContributionTests() => _data = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Every_kind_is_explained_by_what_the_engine_says(string kind)
    {
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, _data);
        foreach (Attribution method in new Attribution[] { new GradientTimesInput(), new IntegratedGradients(20) })
        {
            IDataView explained = _context.Transforms.CalculateFeatureContribution(model, method).Fit(_data).Transform(_data);
            float[][] actual = VectorRow.Read(explained, "FeatureContributions"), features = VectorRow.Read(_data);
            var attributor = new Attributor(model.Model.ToNetwork(), model.Content.Loss, method);
            var expected = new float[3];
            for (int row = 0; row < 20; row++)
            {
                attributor.Attribute(features[row], null, expected);
                Assert.Equal(expected, actual[row]);
            }

            Assert.Equal(SlotNames.Of(_data.Schema["Features"])!, SlotNames.Of(explained.Schema["FeatureContributions"])!);
        }
    }

    [Fact]
    public void Of_a_regression_contributions_add_up_to_what_the_score_has_more_than_that_of_the_average_row()
    {
        NeuralNetworkTransformer model = TrainerKind.Regression.Fit(_context, _data, options => options.MaximumEpochs = 20);
        float[][] contributions = VectorRow.Read(
            _context.Transforms.CalculateFeatureContribution(model, new IntegratedGradients(500)).Fit(_data).Transform(_data),
            "FeatureContributions");
        float[] scores = [.. model.Transform(_data).GetColumn<float>("Score")];
        IDataView average = VectorRow.Dense(_context, [[0, 0, 0]]);
        float score = model.Transform(average).GetColumn<float>("Score").Single();
        double spread = scores.Max() - scores.Min();
        for (int row = 0; row < scores.Length; row++)
            Assert.True(Math.Abs(contributions[row].Sum() - (scores[row] - score)) < 0.01 * spread, $"row {row}");
    }

    // The in-box method gives weight · value, divided by the largest of a row where it normalizes.
    [Fact]
    public void Of_a_linear_model_they_are_those_of_ML_NET()
    {
        NeuralNetworkTransformer model = TrainerKind.Regression.Fit(_context, _data, options => options.HiddenUnits = []);
        float[][] ours = VectorRow.Read(
            _context.Transforms.CalculateFeatureContribution(model).Fit(_data).Transform(_data), "FeatureContributions");
        float[] weights = model.Model.ToNetwork() is var network ? network.Parameters.Read(network.Parameters.Slots[0]) : [];
        double scale = ((SquaredError)model.Content.Loss).Scaling!.Scales[0];
        float[][] features = VectorRow.Read(_data);
        for (int row = 0; row < 20; row++)
        {
            for (int slot = 0; slot < 3; slot++)
                Assert.Equal(features[row][slot] * weights[slot] * scale, ours[row][slot], 1e-2);
        }
    }

    [Fact]
    public void A_named_class_is_explained_and_missing_features_explain_nothing()
    {
        NeuralNetworkTransformer model = TrainerKind.Multiclass.Fit(_context, _data);
        IDataView rows = VectorRow.Dense(_context, [[1, 2, 3], [1, float.NaN, 3]]);
        float[][] second = VectorRow.Read(
            _context.Transforms.CalculateFeatureContribution(model, output: 1, outputColumnName: "Why").Fit(rows).Transform(rows), "Why");
        var expected = new float[3];
        new Attributor(model.Model.ToNetwork(), model.Content.Loss, new IntegratedGradients()).Attribute([1, 2, 3], 1, expected);
        Assert.Equal(expected, second[0]);
        Assert.All(second[1], value => Assert.True(float.IsNaN(value)));
        Assert.Equal(
            "Output 3 is to be explained but the network has 3; count them from 0, or leave it out to explain what is predicted.",
            Assert.Throws<ArgumentException>(() => _context.Transforms.CalculateFeatureContribution(model, output: 3)).WithoutParameter());
    }

    [Fact]
    public void It_is_saved_and_loaded_in_a_chain_and_asked_for_one_row()
    {
        IDataView raw = _context.Data.LoadFromEnumerable(TaskRow.Generate(200, seed: 1));
        TransformerChain<NeuralNetworkTransformer> model = TaskRow.Preparation(_context).Append(TrainerKind.Binary.Create(_context)).Fit(raw);
        ITransformer explaining = model.Append(
            _context.Transforms.CalculateFeatureContribution(model.LastTransformer).Fit(model.Transform(raw)));
        using var file = new MemoryStream();
        _context.Model.Save(explaining, raw.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        ITransformer loaded = fresh.Model.Load(file, out _);
        float[][] expected = VectorRow.Read(explaining.Transform(raw), "FeatureContributions");
        Assert.Equal(expected, VectorRow.Read(loaded.Transform(raw), "FeatureContributions"));
        using var engine = fresh.Model.CreatePredictionEngine<TaskRow, Explained>(loaded);
        Assert.Equal(expected[7], engine.Predict(TaskRow.Generate(200, seed: 1)[7]).FeatureContributions);
        var last = Assert.IsType<FeatureContributionTransformer>(((IEnumerable<ITransformer>)loaded).Last());
        Assert.Equal((new IntegratedGradients(), null), (last.Method, last.Output));
    }

    private sealed class Explained
    {
        public float[] FeatureContributions { get; set; } = [];
    }
}
