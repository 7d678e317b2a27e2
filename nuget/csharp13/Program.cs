using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Trainers;

// Plain counterparts of C# 14 extension members, from C# 13.
var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Row { Size = i % 20, Label = i % 20 < 10 }));
var split = ml.Data.TrainDevTestSplit(data, 0.2, 0.2);
var space = new SearchSpace { ["LearningRate"] = RangeCatalog.Log(1e-3, 1e-2), ["Units"] = RangeCatalog.Choice(4, 8) };
SearchResult result = ml.GetModelSelection().Search(space, trial => trial.Context.Transforms.Concatenate("Features", "Size")
        .Append(trial.Context.Transforms.NormalizeInputs("Features"))
        .Append(trial.Context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            HiddenUnits = [trial.Get<int>("Units")],
            LearningRate = trial.Get<double>("LearningRate"),
            MaximumEpochs = 5,
        })))
    .Maximize(MetricCatalog.Accuracy())
    .SubjectTo(MetricCatalog.ModelSizeBytes(), atMost: 1e6)
    .Run(split, new SearchOptions { Trials = 2 });
Console.WriteLine(result);
_ = ml.GetMultiLabelClassification().Trainers.NeuralNetwork();
_ = ml.GetMultiTargetRegression().Trainers.NeuralNetwork();
Console.WriteLine("C# 13: searched");

internal sealed class Row
{
    public float Size { get; set; }

    public bool Label { get; set; }
}
