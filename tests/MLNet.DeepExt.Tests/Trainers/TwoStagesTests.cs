using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Two networks of which one reads what the other says, beside one network that learns the same at one go.</summary>
[Trait("Spec", "A16")]
public sealed class TwoStagesTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void The_output_of_one_model_feeds_the_next_and_both_ways_are_judged_by_one_metric()
    {
        IDataView train = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 1));
        IDataView test = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 2));
        foreach (IEstimator<ITransformer> way in new[] { EndToEnd(), TwoStages() })
            Assert.True(_context.BinaryClassification.Evaluate(way.Fit(train).Transform(test), "Yes").Accuracy > 0.85);
    }

    [Fact]
    public void Two_stages_are_saved_as_one_model()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 1));
        ITransformer model = TwoStages().Fit(rows);
        using var stream = new MemoryStream();
        _context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        Assert.Equal(OutputText.Of(model, rows), OutputText.Of(_context.Model.Load(stream, out _), rows));
    }

    private IEstimator<ITransformer> EndToEnd() => TaskRow.Preparation(_context).Append(Answer("Features"));

    private IEstimator<ITransformer> TwoStages() => TaskRow.Preparation(_context)
        .Append(TrainerKind.MultiTarget.Create(_context, options => options.MaximumEpochs = 40))
        .Append(_context.Transforms.CopyColumns("Stage", "Score"))
        .Append(_context.Transforms.NormalizeInputs("Stage"))
        .Append(_context.Transforms.Concatenate("Both", "Stage", "Features"))
        .Append(Answer("Both"));

    private IEstimator<NeuralNetworkTransformer> Answer(string featureColumnName) => TrainerKind.Binary.Create(
        _context, options => (options.FeatureColumnName, options.MaximumEpochs) = (featureColumnName, 40));
}
