using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A row of what the golden files were trained on that <see cref="TaskRow"/> has not: text, dates, pixels.</summary>
public sealed class GoldenRow
{
    public float A { get; set; }

    public float B { get; set; }

    public string City { get; set; } = "";

    public DateTime Born { get; set; }

    [VectorType(4)]
    public byte[] Pixels { get; set; } = [];

    public bool Yes { get; set; }

    [KeyType(3)]
    public uint Class { get; set; }

    public static GoldenRow[] Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float a = 2 * random.NextSingle() - 1, b = 2 * random.NextSingle() - 1;
            return new GoldenRow
            {
                A = i % 7 == 3 ? float.NaN : a,
                B = b,
                City = "City " + random.Next(6),
                Born = new DateTime(2000, 1, 1).AddHours(100 * i),
                Pixels = [.. Enumerable.Range(0, 4).Select(_ => (byte)random.Next(256))],
                Yes = a + b > 0,
                Class = a > 0.3f ? 0u : b > 0 ? 1u : 2u,
            };
        })];
    }

    /// <summary>The models of <c>Golden</c> that are made of such rows, by their names.</summary>
    public static IEnumerable<(string Name, ITransformer Model)> Train(MLContext context, IDataView rows)
    {
        IEstimator<ITransformer> plain = context.Transforms.Concatenate("Features", "B");
        IEstimator<NeuralNetworkTransformer> binary = TrainerKind.Binary.Create(context);
        foreach (string name in new[] { "Table", "InputsOfTable" }) // of before its columns were checked, and after
            yield return (name, context.Transforms.TabularFeatures("Features", "Yes", ["A", "B", "City", "Born"]).Append(binary).Fit(rows));
        yield return ("GapsOfTable",
            context.Transforms.TabularFeatures("Features", "Yes", ["A", "B", "City", "Born", "Pixels"]).Append(binary).Fit(rows));
        yield return ("Images", context.Transforms.ImageFeatures("Features", "Pixels", height: 2, width: 2).Append(binary).Fit(rows));
        var trainer = context.BinaryClassification.Trainers.NeuralNetwork("Class", hiddenUnits: [4], maximumEpochs: 3);
        yield return ("OneVersusAll", plain.Append(context.MulticlassClassification.Trainers.OneVersusAll(trainer, "Class")).Fit(rows));
        yield return ("PairwiseCoupling", plain.Append(context.MulticlassClassification.Trainers.PairwiseCoupling(trainer, "Class")).Fit(rows));
        var chain = plain.Append(context.BinaryClassification.Trainers.NeuralNetwork("Yes", hiddenUnits: [4], maximumEpochs: 3)).Fit(rows);
        yield return ("Threshold", context.BinaryClassification.ChangeProbabilityThreshold(chain, 0.3f));
        yield return ("Contributions", chain.Append(
            context.Transforms.CalculateFeatureContribution(chain.LastTransformer).Fit(chain.Transform(rows))));
        foreach (NormalizationMethod method in new[] { NormalizationMethod.Robust, NormalizationMethod.QuantileToNormal })
        {
            // There, to a prediction, and back.
            NormalizeInputsEstimator normalize = context.Transforms.NormalizeInputs("Features", "Raw", method);
            var normalized = context.Transforms.Concatenate("Raw", "A", "B").Append(normalize).Fit(rows);
            var network = binary.Fit(normalized.Transform(rows));
            yield return (method.ToString(), normalized.Append(network).Append(normalized.LastTransformer.CreateInverse()));
        }
    }
}
