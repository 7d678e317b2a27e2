using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>A prediction by a wide network with many activations after one another: they should share their memory.</summary>
internal sealed class LayerGrowth : GrowthCase
{
    private const int Inputs = 6, Width = 4096, Rows = 256;

    /// <inheritdoc/>
    public override string Name => "layers";

    /// <inheritdoc/>
    public override string Description => "activations of 4,096 units, 256 rows predicted";

    /// <inheritdoc/>
    public override int Size => 90;

    /// <inheritdoc/>
    public override Action Prepare(int size)
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Dense(Width);
        for (int layer = 0; layer < size; layer++)
            spec = spec.Relu();
        var predictor = new Predictor(new Network<float>(spec.Dense(1), seed: 1), new SquaredError());
        float[] rows = new float[Rows * Inputs], outputs = new float[Rows];
        return () => predictor.Predict(rows, Rows, outputs, predictor.CreateBuffer(Rows));
    }
}
