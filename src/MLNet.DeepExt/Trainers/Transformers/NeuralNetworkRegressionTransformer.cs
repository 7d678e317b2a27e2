using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkRegressionTransformer>]
[assembly: LoadableTransform<NeuralNetworkRegressionTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the column Score, and with quantiles the column Quantiles, which <see cref="NeuralNetworkRegressionTrainer"/> describes.
/// Immutable, and safe to use from several threads.
/// </summary>
public sealed class NeuralNetworkRegressionTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkRegressionTransformer>
{
    internal NeuralNetworkRegressionTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkRegressionTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNREGR", "DeepExtNetRegression", "regression neural network");

    static NeuralNetworkRegressionTransformer ILoadableModel<NeuralNetworkRegressionTransformer>.Load(IHost host, ContentReader content) =>
        new(host, NetworkContent.Read(host, content, TaskFit.Regression));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.Regression);
        DataViewSchema.Annotations ofScore = annotations.For(ScoreAnnotations.Score).Build();
        if (Content.Loss is not Quantile loss)
        {
            return
            [
                new ScoreColumn<float>(
                    ScoreAnnotations.Score, NumberDataViewType.Single, ofScore,
                    (ReadOnlySpan<float> outputs, ref float value) => value = outputs[0],
                    (_, outputs) => outputs),
            ];
        }

        string[] names = [.. loss.Quantiles.Select(quantile => quantile.ToString(CultureInfo.InvariantCulture))];
        return
        [
            new ScoreColumn<float>(
                ScoreAnnotations.Score, NumberDataViewType.Single, ofScore,
                (ReadOnlySpan<float> outputs, ref float value) => value = loss.MedianOf(outputs),
                loss.EmitMedian),
            ScoreColumns.Vector(
                ScoreAnnotations.Quantiles, names.Length,
                annotations.For(ScoreAnnotations.Quantiles).Texts(AnnotationKinds.SlotNames, names).Build(),
                (ReadOnlySpan<float> outputs, Span<float> values) => outputs.CopyTo(values),
                (_, outputs) => outputs),
        ];
    }
}
