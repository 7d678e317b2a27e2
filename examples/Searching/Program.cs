using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Trainers;
using Searching;

// Is the network worth it? One search over two kinds of trainers and the hyper-parameters of each, on train and dev; then the winner is
// measured on the test rows, and once more to show the warning of a second look.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
TrainDevTestData split = ml.Data.TrainDevTestSplit(
    ml.Data.LoadFromEnumerable(Tumor.Load()), devFraction: 0.25, testFraction: 0.25, labelColumnName: "Label");
Console.WriteLine(split);

var space = new SearchSpace
{
    ["Trainer"] = Range.Choice("linear", "network"),
    ["L2"] = Range.Log(1e-5, 1e-1).When("Trainer", "linear"),
    ["LearningRate"] = Range.Log(1e-3, 1e-1).When("Trainer", "network"),
    ["Units"] = Range.Integer(4, 64, log: true).When("Trainer", "network"),
    ["KeepProbability"] = Range.Linear(0.5, 1).When("Trainer", "network"),
};

// In a folder it can be killed at any time and goes on where it was; started twice, both programs share the trials.
string folder = Directory.CreateTempSubdirectory("searching-").FullName;
ModelSearch search = ml.ModelSelection.Search(space, Pipeline)
    .Minimize(Metric.LogLoss)
    .SubjectTo(new Recall { Averaging = Averaging.Binary }, atLeast: 0.95); // of the malignant ones
var options = new SearchOptions { Trials = 10, Sampler = new TreeParzenSampler { StartupTrials = 8 }, Folder = folder, Seed = 1 };
SearchResult begun = search.Run(split, options);
Console.WriteLine($"{begun.Trials.Count} trials, and on where it was:");

options.Trials = 30;
options.Progress = new Printer();
SearchResult result = search.Run(split, options);
Console.WriteLine();
Console.WriteLine(result);

TestReport report = result.ReportOnTest(split.Test);
Console.WriteLine(report);
TestReport again = result.ReportOnTest(split.Test);
Console.WriteLine($"A second look: {again}");

Directory.Delete(folder, recursive: true);
return result.Trials.Count == 30 && result.Best is { } best && best.Figures["recall"] >= 0.95 && report.Figures["log loss"] < 0.25
    && again.EarlierLooks.Count == 1 ? 0 : 1;

static IEstimator<ITransformer> Pipeline(Trial trial)
{
    MLContext ml = trial.Context; // so that a trial comes out the same whenever it runs
    IEstimator<ITransformer> trainer = trial.Get<string>("Trainer") == "linear"
        ? ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
        {
            L2Regularization = trial.Get<float>("L2"),
            NumberOfThreads = 1,
        })
        : ml.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LearningRate = trial.Get<double>("LearningRate"),
            HiddenUnits = [trial.Get<int>("Units")],
            KeepProbability = trial.Get<float>("KeepProbability"),
        });
    return ml.Transforms.NormalizeInputs("Features").Append(trainer);
}

internal sealed class Printer : IProgress<SearchProgress>
{
    public void Report(SearchProgress value)
    {
        if (value.IsEnd && value.Ended % 5 == 0)
            Console.WriteLine(value);
    }
}
