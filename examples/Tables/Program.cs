using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tables;

// A table of many types, with gaps, to a network in three lines.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Source.StartsWith("TabularFeatures", StringComparison.Ordinal) && e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
        Console.WriteLine($"Warning: {e.RawMessage}");
};
IDataView training = ml.Data.LoadFromEnumerable(Customer.Generate(3000, seed: 1));
IDataView test = ml.Data.LoadFromEnumerable(Customer.Generate(1000, seed: 2));

var pipeline = ml.Transforms.TabularFeatures(labelColumnName: nameof(Customer.Returned))
    .Append(ml.BinaryClassification.Trainers.NeuralNetwork(nameof(Customer.Returned)));
ITransformer model = pipeline.Fit(training);

IDataView scored = model.Transform(test);
VBuffer<ReadOnlyMemory<char>> names = default;
scored.Schema["Features"].GetSlotNames(ref names);
Console.WriteLine($"Features: {string.Join(", ", names.DenseValues())}");
BinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(scored, nameof(Customer.Returned));
Console.WriteLine(
    $"Of 1000 other customers: accuracy {metrics.Accuracy:0.000}, area under the ROC curve {metrics.AreaUnderRocCurve:0.000}");

// Boosted trees on the same features.
ITransformer trees = ml.Transforms.TabularFeatures(labelColumnName: nameof(Customer.Returned))
    .Append(ml.BinaryClassification.Trainers.FastTree(nameof(Customer.Returned)))
    .Fit(training);
BinaryClassificationMetrics ofTrees = ml.BinaryClassification.Evaluate(trees.Transform(test), nameof(Customer.Returned));
Console.WriteLine($"FastTree: accuracy {ofTrees.Accuracy:0.000}, area under the ROC curve {ofTrees.AreaUnderRocCurve:0.000}");

// A city that no training row had, and no age and no date at all.
using PredictionEngine<Customer, Answer> engine = ml.Model.CreatePredictionEngine<Customer, Answer>(model);
var stranger = new Customer { Age = float.NaN, City = "Reykjavik", Orders = 3, LastOrder = default };
Console.WriteLine($"A stranger comes back with probability {engine.Predict(stranger).Probability:0.00}");
