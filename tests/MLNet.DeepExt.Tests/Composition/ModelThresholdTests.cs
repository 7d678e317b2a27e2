using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

public sealed class ModelThresholdTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ModelThresholdTests() => _data = TaskRow.Prepare(_context, TaskRow.Generate(300, seed: 1));

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.1f)]
    [InlineData(0.93f)]
    public void Above_the_threshold_is_yes_whether_it_is_an_option_or_set_afterwards(float threshold)
    {
        NeuralNetworkBinaryTransformer original = Trainer(0.5f).Fit(_data);
        NeuralNetworkBinaryTransformer changed = _context.BinaryClassification.ChangeProbabilityThreshold(original, threshold);
        NeuralNetworkBinaryTransformer trained = Trainer(threshold).Fit(_data);
        Assert.Equal(threshold, changed.Threshold);
        Assert.Equal(threshold, trained.Threshold);
        Assert.Equal(0.5f, original.Threshold);
        Assert.Equal(OutputText.Of(changed, _data), OutputText.Of(trained, _data));

        IDataView scored = changed.Transform(_data);
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        Assert.Equal(original.Transform(_data).GetColumn<float>("Probability"), probabilities);
        Assert.Equal(probabilities.Select(probability => probability > threshold), scored.GetColumn<bool>("PredictedLabel"));
        Assert.Contains(true, scored.GetColumn<bool>("PredictedLabel"));
        Assert.Contains(false, scored.GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void It_is_saved_and_a_file_without_one_says_yes_above_one_half()
    {
        NeuralNetworkBinaryTransformer original = Trainer(0.5f).Fit(_data);
        Assert.Equal(0.2f, Reload(_context.BinaryClassification.ChangeProbabilityThreshold(original, 0.2f)).Threshold);
        Assert.Equal(0.5f, Reload(original).Threshold);
    }

    [Fact]
    public void A_chain_gets_another_threshold_at_its_end()
    {
        IDataView raw = _context.Data.LoadFromEnumerable(TaskRow.Generate(100, seed: 2));
        TransformerChain<NeuralNetworkBinaryTransformer> chain = TaskRow.Preparation(_context).Append(Trainer(0.5f)).Fit(raw);
        TransformerChain<NeuralNetworkBinaryTransformer> changed = _context.BinaryClassification.ChangeProbabilityThreshold(chain, 0.9f);
        Assert.Equal(0.9f, changed.LastTransformer.Threshold);
        Assert.Equal(0.5f, chain.LastTransformer.Threshold);
        float[] probabilities = [.. changed.Transform(raw).GetColumn<float>("Probability")];
        Assert.Equal(
            probabilities.Select(probability => probability > 0.9f), changed.Transform(raw).GetColumn<bool>("PredictedLabel"));
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(1f, "1")]
    [InlineData(-2.5f, "-2.5")]
    [InlineData(float.NaN, "NaN")]
    public void A_threshold_that_is_no_probability_is_refused(float threshold, string text)
    {
        string expected = $"Threshold must be above 0 and below 1 but is {text}; it is a probability, and 0.5 says yes where yes is the " +
            "likelier answer.";
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Trainer(threshold)).WithoutParameter());
        NeuralNetworkBinaryTransformer model = Trainer(0.5f).Fit(_data);
        Assert.Equal(
            expected + " (Parameter 'threshold')",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.ChangeProbabilityThreshold(model, threshold)).Message);
    }

    private NeuralNetworkBinaryTransformer Reload(NeuralNetworkBinaryTransformer model)
    {
        using var file = new MemoryStream();
        _context.Model.Save(model, _data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        return Assert.IsType<NeuralNetworkBinaryTransformer>(loaded);
    }

    private NeuralNetworkBinaryTrainer Trainer(float threshold) => _context.BinaryClassification.Trainers.NeuralNetwork(
        new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "Yes",
            HiddenUnits = [8],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 10,
            Seed = 1,
            Threshold = threshold,
        });
}
