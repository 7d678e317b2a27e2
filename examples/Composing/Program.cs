using System.Globalization;
using Composing;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Trainers;

// What ML.NET does with its own trainers and models, it does with a network: cross-validation, permutation feature importance,
// calibration, another threshold, one network for each class.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView flowers = ml.Data.LoadFromTextFile<Flower>(
    Path.Combine(AppContext.BaseDirectory, "iris.csv"), separatorChar: ',', hasHeader: true);

// A fold takes part in nothing but its test: the chain with its normalization is fitted again for each.
IEstimator<ITransformer> species = Species(ml.MulticlassClassification.Trainers.NeuralNetwork());
double together = CrossValidate("one network of three outputs", species);
double each = CrossValidate(
    "a network for each species", Species(ml.MulticlassClassification.Trainers.OneVersusAll(
        ml.BinaryClassification.Trainers.NeuralNetwork())));

Console.WriteLine();
Console.WriteLine("What accuracy loses where a column is shuffled:");
DataOperationsCatalog.TrainTestData halves = ml.Data.TrainTestSplit(flowers, testFraction: 0.5);
ITransformer model = species.Fit(halves.TrainSet);
Dictionary<string, double> losses = ml.MulticlassClassification
    .PermutationFeatureImportance(model, model.Transform(halves.TestSet), permutationCount: 10)
    .ToDictionary(pair => pair.Key, pair => -pair.Value.MicroAccuracy.Mean);
foreach ((string column, double loss) in losses.OrderByDescending(pair => pair.Value))
    Console.WriteLine($"  {column,-12} {loss,6:0.000}");

Console.WriteLine();
Console.WriteLine("Is it virginica? By the sepal alone, which does not tell it well:");
DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(halves.TrainSet, testFraction: 0.4);
TransformerChain<NeuralNetworkBinaryTransformer> virginica = ml.Transforms
    .Expression("IsVirginica", "species => species == \"virginica\"", "Label")
    .Append(ml.Transforms.Concatenate("Features", "SepalLength", "SepalWidth"))
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.BinaryClassification.Trainers.NeuralNetwork("IsVirginica"))
    .Fit(parts.TrainSet);
double recall = WriteRecall("above 0.5", virginica);
double careful = WriteRecall("above 0.2", ml.BinaryClassification.ChangeProbabilityThreshold(virginica, 0.2f));

// A calibrator learns from rows that the network did not.
ITransformer calibrated = virginica.Append(
    ml.BinaryClassification.Calibrators.Platt("IsVirginica").Fit(virginica.Transform(parts.TestSet)));
CalibratedBinaryClassificationMetrics asTrained = Evaluate(virginica), platt = Evaluate(calibrated);
Console.WriteLine($"  Platt's calibration takes the log-loss of its probability from {asTrained.LogLoss:0.000} to {platt.LogLoss:0.000}");

bool holds = together > 0.9 && each > 0.9
    && Math.Min(losses["PetalLength"], losses["PetalWidth"]) > Math.Max(losses["SepalLength"], losses["SepalWidth"])
    && careful > recall
    && platt.LogLoss < asTrained.LogLoss
    && platt.AreaUnderRocCurve == asTrained.AreaUnderRocCurve; // another probability, the same order
return holds ? 0 : 1;

IEstimator<ITransformer> Species(IEstimator<ITransformer> trainer) => ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.Concatenate("Features", "SepalLength", "SepalWidth", "PetalLength", "PetalWidth"))
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(trainer);

double CrossValidate(string name, IEstimator<ITransformer> chain)
{
    double[] accuracies = [.. ml.MulticlassClassification.CrossValidate(flowers, chain, numberOfFolds: 5)
        .Select(fold => fold.Metrics.MicroAccuracy)];
    Console.WriteLine(
        $"Accuracy of five folds, {name}: {accuracies.Average():0.000} ({accuracies.Min():0.000} to {accuracies.Max():0.000})");
    return accuracies.Average();
}

// By PredictedLabel: Evaluate of ML.NET goes by the score alone, and does not know of another threshold.
double WriteRecall(string name, ITransformer chain)
{
    IDataView scored = chain.Transform(halves.TestSet);
    (bool Is, bool Said)[] answers = [.. scored.GetColumn<bool>("IsVirginica").Zip(scored.GetColumn<bool>("PredictedLabel"))];
    double found = answers.Count(answer => answer is { Is: true, Said: true });
    double recall = found / answers.Count(answer => answer.Is), precision = found / answers.Count(answer => answer.Said);
    Console.WriteLine($"  yes where its probability is {name}: recall {recall:0.000}, precision {precision:0.000}");
    return recall;
}

CalibratedBinaryClassificationMetrics Evaluate(ITransformer chain) =>
    ml.BinaryClassification.Evaluate(chain.Transform(halves.TestSet), "IsVirginica");
