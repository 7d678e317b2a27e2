using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>The memory of predictions on one thread; made by <see cref="Predictor.CreateBuffer"/>.</summary>
public sealed class PredictionBuffer
{
    internal PredictionBuffer(Predictor owner, DenseBlock<float> input, Workspace<float> workspace)
    {
        Owner = owner;
        Input = input;
        Workspace = workspace;
    }

    internal Predictor Owner { get; }

    internal DenseBlock<float> Input { get; }

    internal Workspace<float> Workspace { get; }
}
