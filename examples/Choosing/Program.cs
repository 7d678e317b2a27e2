using System.Globalization;
using Digits;
using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Trainers;

// Three models of digits. The most accurate one is chosen of those that are fast and small enough, and that know every digit.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
TrainDevTestData split = ml.Data.TrainDevTestSplit(
    ml.Data.LoadFromEnumerable(DigitData.Load()), devFraction: 0.2, testFraction: 0.2, labelColumnName: "Label");
Console.WriteLine(split);
Console.WriteLine();

Candidate[] candidates =
[
    new("linear", Fit(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 50))),
    new("small", Fit(Network(16))),
    new("large", Fit(Network(256, 128))),
];
ModelDecision decision = ml.ModelSelection.Choose(candidates)
    .Maximize(Metric.Accuracy)
    .SubjectTo(Metric.LatencyMs, atMost: 20)
    .SubjectTo(Metric.ModelSizeBytes, atMost: 100_000)
    .SubjectTo(Metric.WorstRecall, atLeast: 0.8)
    .Decide(split.Dev);
Console.WriteLine(decision);

// One number out of many: the error of each digit, and the mean of these, in which eights count three times.
Dictionary<string, double> weights = Enumerable.Range(0, 10).ToDictionary(digit => $"{digit}", digit => digit == 8 ? 3.0 : 1.0);
Criterion average = Metric.ErrorRate.AveragedOver(Segments.ByColumn("Label", weights));
ModelDecision byDigit = ml.ModelSelection.Choose(candidates)
    .Minimize(average)
    .SubjectTo(Metric.ErrorRate.WorstOf(Segments.ByColumn("Label")), atMost: 0.2)
    .SubjectTo(Metric.Recall.OfClass("8"), atLeast: 0.8)
    .Decide(split.Dev);
Console.WriteLine();
Console.WriteLine(byDigit);

// Nothing is as small as that: the decision says so, and which one is nearest.
ModelDecision none = ml.ModelSelection.Choose(candidates)
    .Maximize(Metric.Accuracy)
    .SubjectTo(Metric.ModelSizeBytes, atMost: 100)
    .Decide(split.Dev);
Console.WriteLine();
Console.WriteLine(none.Verdict);

// The test rows are read once, by the one that was chosen.
ITransformer chosen = decision.Winner?.Model ?? candidates[0].Model!;
double accuracy = ml.MulticlassClassification.Evaluate(chosen.Transform(split.Test)).MicroAccuracy;
Console.WriteLine();
Console.WriteLine($"On the test rows {decision.Winner} has an accuracy of {accuracy:0.000}.");

JudgedCandidate large = decision.Candidates[2];
double smallest = decision.Candidates.Min(candidate => candidate.Figures[Metric.ModelSizeBytes]);
bool holds = decision.Winner is { Name: "linear" or "small" }
    && !large.IsFeasible && large.Figures[Metric.ModelSizeBytes] > 100_000 && large.Figures[Metric.Accuracy] > 0.95
    && decision.Candidates.All(candidate => candidate.Figures[Metric.LatencyMs] > 0)
    && byDigit.Candidates.All(candidate => candidate.Figures[average] is > 0 and < 0.2)
    && none.Winner is null && none.Nearest?.Figures[Metric.ModelSizeBytes] == smallest
    && accuracy > 0.9;
return holds ? 0 : 1;

ITransformer Fit(IEstimator<ITransformer> trainer) => ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(trainer)
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .Fit(split.Train);

IEstimator<ITransformer> Network(params int[] units) => ml.MulticlassClassification.Trainers.NeuralNetwork(
    new NeuralNetworkMulticlassTrainer.Options { HiddenUnits = units });
