using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>A network with the data that it is trained on: at the size of MNIST (a), of a small table (b) and of a large one (c).</summary>
/// <param name="Name">What figures call it.</param>
/// <param name="Rows">Rows of an epoch.</param>
/// <param name="BatchSize">Rows of a step.</param>
/// <param name="Spec">The network.</param>
/// <param name="Loss">What it minimizes.</param>
internal sealed record Workload(string Name, int Rows, int BatchSize, NetworkSpec Spec, Loss Loss)
{
    /// <summary>Epochs of every training. The first is not counted: it also pays for the compiler and for memory.</summary>
    public const int Epochs = 5;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("a", 60_000, 128, NetworkSpec.Input(784).Dense(256).BatchNorm().Relu().Dropout(0.8f).Dense(128).BatchNorm().Relu().Dense(10),
            new SoftmaxCrossEntropy()),
        new("b", 20_000, 64, NetworkSpec.Input(16).Dense(64).Relu().Dense(32).Relu().Dense(1), new BinaryCrossEntropy()),
        new("c", 200_000, 512, NetworkSpec.Input(54).Dense(256).Relu().Dense(256).Relu().Dense(7), new SoftmaxCrossEntropy()),
    ];

    public static Workload Named(string name) => All.Single(workload => workload.Name == name);

    /// <summary>Whether the single output says yes or no.</summary>
    public bool IsBinary => Loss is BinaryCrossEntropy;

    public int Classes => IsBinary ? 2 : Spec.Outputs;

    public int StepsPerEpoch => (Rows + BatchSize - 1) / BatchSize;

    /// <summary>
    /// Floating-point operations of the matrix products of an epoch: for every Dense its outputs and the gradients of weights
    /// and inputs, a multiplication and an addition each. The first Dense needs no gradient of its inputs.
    /// </summary>
    public double OperationsPerEpoch
    {
        get
        {
            double perRow = 0;
            TensorShape shape = Spec.Inputs;
            foreach (LayerSpec layer in Spec.Layers)
            {
                if (layer is Dense dense)
                    perRow += (perRow == 0 ? 4.0 : 6.0) * shape.Width * dense.Units;
                shape = layer.OutputShape(shape);
            }

            return perRow * Rows;
        }
    }
}
