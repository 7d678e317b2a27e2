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

// A city that no training row had, and no age and no date at all.
using PredictionEngine<Customer, Answer> engine = ml.Model.CreatePredictionEngine<Customer, Answer>(model);
var stranger = new Customer { Age = float.NaN, City = "Reykjavik", Orders = 3, LastOrder = default };
Console.WriteLine($"A stranger comes back with probability {engine.Predict(stranger).Probability:0.00}");

// Beside boosted trees, on tumours: 30 measures of each, and whether it is benign. Means over five folds.
IDataView tumors = ml.Data.LoadFromTextFile(
    Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
    [new TextLoader.Column("Measures", DataKind.Single, 0, 29), new TextLoader.Column("Benign", DataKind.Boolean, 30)],
    separatorChar: ',',
    hasHeader: true);
Compare("NeuralNetwork", ml.BinaryClassification.Trainers.NeuralNetwork("Benign", "Measures"));
Compare("FastTree", ml.BinaryClassification.Trainers.FastTree("Benign", "Measures"));

void Compare(string name, IEstimator<ITransformer> trainer)
{
    CalibratedBinaryClassificationMetrics[] folds =
        [.. ml.BinaryClassification.CrossValidate(tumors, trainer, numberOfFolds: 5, labelColumnName: "Benign", seed: 1).Select(fold => fold.Metrics)];
    Console.WriteLine(
        $"{name,-13}: accuracy {folds.Average(fold => fold.Accuracy):0.000}, area under the ROC curve "
        + $"{folds.Average(fold => fold.AreaUnderRocCurve):0.000}, log-loss {folds.Average(fold => fold.LogLoss):0.000} bits");
}
