using System.Numerics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>Every loss with every form of target that it accepts. A new one is one more row.</summary>
internal static class LossTable
{
    private static readonly Dictionary<string, (Loss Loss, int Outputs)> Table = new()
    {
        ["SoftmaxCrossEntropy of classes"] = (new SoftmaxCrossEntropy(), 4),
        ["SoftmaxCrossEntropy of probabilities"] = (new SoftmaxCrossEntropy(), 4),
        ["SoftmaxCrossEntropy, smoothed, of classes"] = (new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, 4),
        ["SoftmaxCrossEntropy, smoothed, of probabilities"] = (new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, 4),
        ["BinaryCrossEntropy of classes"] = (new BinaryCrossEntropy(), 1),
        ["BinaryCrossEntropy of probabilities"] = (new BinaryCrossEntropy(), 4),
        ["BinaryCrossEntropy of many probabilities"] = (new BinaryCrossEntropy(), 37),
        ["Focal of classes"] = (new Focal(), 1),
        ["Focal of probabilities"] = (new Focal(), 4),
        ["Focal, balanced, of many probabilities"] = (new Focal { Focus = 0.5, PositiveWeight = 0.25 }, 37),
        ["SquaredError of numbers"] = (new SquaredError(), 4),
        ["SquaredError, scaled, of many numbers"] = (new SquaredError { Scaling = Scaling(37) }, 37),
        ["AbsoluteError of numbers"] = (new AbsoluteError(), 4),
        ["AbsoluteError, scaled, of numbers"] = (new AbsoluteError { Scaling = Scaling(4) }, 4),
        ["Huber of numbers"] = (new Huber(), 4),
        ["Huber, scaled, of numbers"] = (new Huber { Delta = 0.5, Scaling = Scaling(4) }, 4),
        ["Quantile of numbers"] = (new Quantile(), 6),
        ["Quantile of one, scaled, of numbers"] = (new Quantile { Quantiles = [0.9], Scaling = Scaling(4) }, 4),
        ["Quantile of five, scaled, of many numbers"] =
            (new Quantile { Quantiles = [0.05, 0.25, 0.5, 0.75, 0.95], Scaling = Scaling(7) }, 35),
    };

    public static IEnumerable<string> Names => Table.Keys;

    public static int Outputs(string name) => Table[name].Outputs;

    public static Loss Loss(string name) => Table[name].Loss;

    /// <summary>Rows of normal inputs, with a target of the form that the name ends with.</summary>
    public static Batch<T> Batch<T>(string name, int rows, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Loss loss, int outputs) = Table[name];
        if (name.EndsWith("classes", StringComparison.Ordinal))
            return RandomBatches.OfClasses<T>(rows, inputs, Math.Max(2, outputs));
        return name.EndsWith("probabilities", StringComparison.Ordinal)
            ? RandomBatches.OfProbabilities<T>(rows, inputs, outputs)
            : RandomBatches.OfNumbers<T>(rows, inputs, outputs / ((ElementwiseLoss)loss).OutputsPerTarget);
    }

    private static TargetScaling Scaling(int targets) => new(
        [.. Enumerable.Range(0, targets).Select(j => j - 1.5)], [.. Enumerable.Range(0, targets).Select(j => 0.5 + j % 3)]);
}
