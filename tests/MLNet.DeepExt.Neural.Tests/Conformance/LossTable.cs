using System.Numerics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>Every loss with every form of target that it accepts. A new one is one more row.</summary>
internal static class LossTable
{
    public static IEnumerable<string> Names =>
    [
        "SoftmaxCrossEntropy of classes", "SoftmaxCrossEntropy of probabilities",
        "BinaryCrossEntropy of classes", "BinaryCrossEntropy of probabilities",
    ];

    public static int Outputs(string name) => name == "BinaryCrossEntropy of classes" ? 1 : 4;

    public static Loss Loss(string name) => name.Split(' ')[0] switch
    {
        nameof(SoftmaxCrossEntropy) => new SoftmaxCrossEntropy(),
        nameof(BinaryCrossEntropy) => new BinaryCrossEntropy(),
        _ => throw new ArgumentException(name),
    };

    public static Batch<T> Batch<T>(string name, int rows, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        name.EndsWith("of classes", StringComparison.Ordinal)
            ? RandomBatches.OfClasses<T>(rows, inputs, Math.Max(2, Outputs(name)))
            : RandomBatches.OfProbabilities<T>(rows, inputs, Outputs(name));
}
