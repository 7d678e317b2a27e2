using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Tasks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

public sealed class TextTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void Metrics_of_several_labels_or_numbers_print_their_figures_in_every_culture_alike(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal(
                "subset accuracy 0.5000, Hamming loss 0.1250, micro F1 0.7500, macro F1 0.7000, label ranking average precision 0.9000",
                new MultiLabelClassificationMetrics
                {
                    SubsetAccuracy = 0.5,
                    HammingLoss = 0.125,
                    MicroF1 = 0.75,
                    MacroF1 = 0.7,
                    LabelRankingAveragePrecision = 0.9,
                }.ToString());
            var metrics = new MultiTargetRegressionMetrics
            {
                TargetNames = ["price", "rent"],
                RootMeanSquaredErrors = [2000, 1],
                MeanAbsoluteErrors = [1000, 0.5],
                RSquareds = [0.25, 0.75],
            };
            Assert.Equal(
                "price: RMSE 2000.0, MAE 1000.0, R² 0.2500\nrent: RMSE 1.0000, MAE 0.5000, R² 0.7500\n"
                    + "average: RMSE 1000.5, MAE 500.2500, R² 0.5000",
                metrics.ToString());
            Assert.StartsWith("target 0: RMSE 2000.0", (metrics with { TargetNames = [] }).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Transformers_print_their_type_and_columns()
    {
        IDataView data = TaskRow.Prepare(_context, TaskRow.Generate(60, seed: 1));
        NeuralNetworkRegressionTransformer network = _context.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
        {
            LabelColumnName = "Number",
            HiddenUnits = [4],
            MaximumEpochs = 1,
        }).Fit(data);
        Assert.Equal(
            $"NeuralNetworkRegressionTransformer: Features (3) → {string.Join(" → ", network.Model.Spec.Layers)}, trained on Number",
            network.ToString());
        Assert.Contains("→ Dense(4", network.ToString(), StringComparison.Ordinal);
        Assert.Equal(network.Model.Spec.ToString(), network.Model.ToString());
        Assert.Equal("NormalizeInputsTransformer: Features → Scaled", _context.Transforms.NormalizeInputs("Scaled", "Features").Fit(data).ToString());
    }
}
