using Microsoft.ML;
using MLNet.DeepExt.Trainers;

namespace EndToEnd;

/// <summary>Two ways from the same pixels to the same answer; either is one chain, which is saved into one model file.</summary>
internal static class Pipelines
{
    private const string Features = nameof(Features);
    private const string DigitKey = nameof(DigitKey);
    private const string DigitScores = nameof(DigitScores);

    /// <summary>Pixels to answer.</summary>
    public static IEstimator<ITransformer> EndToEnd(MLContext ml) =>
        ml.Transforms.NormalizeInputs(Features, nameof(EvenDigit.Pixels)).Append(Answer(ml, Features));

    /// <summary>Pixels to digit, whose scores are the features of the second network.</summary>
    public static IEstimator<ITransformer> TwoStages(MLContext ml) =>
        ml.Transforms.NormalizeInputs(Features, nameof(EvenDigit.Pixels))
            .Append(ml.Transforms.Conversion.MapValueToKey(DigitKey, nameof(EvenDigit.Digit)))
            .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(DigitKey, Features))
            .Append(ml.Transforms.CopyColumns(DigitScores, "Score"))
            .Append(Answer(ml, DigitScores));

    private static NeuralNetworkBinaryTrainer Answer(MLContext ml, string featureColumnName) =>
        ml.BinaryClassification.Trainers.NeuralNetwork(nameof(EvenDigit.IsEven), featureColumnName);
}
