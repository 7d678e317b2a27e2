using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;
using Normalizing;

// Three ways to bring columns to one scale, judged on rows that were not trained on, and the way back to the units of the columns.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView training = ml.Data.LoadFromEnumerable(Loan.Generate(3000, seed: 1));
IDataView test = ml.Data.LoadFromEnumerable(Loan.Generate(2000, seed: 2));
string[] columns = [nameof(Loan.Income), nameof(Loan.Amount), nameof(Loan.Years), nameof(Loan.LatePayments)];

foreach (NormalizationMethod method in Enum.GetValues<NormalizationMethod>())
{
    TransformerChain<NeuralNetworkBinaryTransformer> model = ml.Transforms.Concatenate("Loan", columns)
        .Append(ml.Transforms.NormalizeInputs("Features", "Loan", method))
        .Append(ml.BinaryClassification.Trainers.NeuralNetwork(nameof(Loan.Repaid), hiddenUnits: [32, 16], maximumEpochs: 40))
        .Fit(training);
    BinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(model.Transform(test), nameof(Loan.Repaid));
    Console.WriteLine($"{method,-16}  accuracy {metrics.Accuracy:0.000}, area under the ROC curve {metrics.AreaUnderRocCurve:0.000}");

    // What is 0 everywhere to the network, as the loan that it is.
    NormalizeInputsTransformer normalization = model.OfType<NormalizeInputsTransformer>().Single();
    IDataView zero = ml.Data.LoadFromEnumerable([new Normalized()]);
    float[] loan = normalization.CreateInverse().Transform(zero).GetColumn<float[]>("Loan").Single();
    Console.WriteLine($"{"",16}  0 is {string.Join(", ", columns.Zip(loan, (column, value) => $"{column} {value:0.##}"))}");
}
