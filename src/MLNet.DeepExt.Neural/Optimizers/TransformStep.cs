using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Which step a <see cref="GradientTransform"/> takes part in, and of which parameters.</summary>
/// <param name="Number">The number of the step, counted from 1.</param>
/// <param name="LearningRate">
/// The step size α now: <see cref="Optimizer.LearningRate"/> of the chain, times the factor of the schedule and that of the layer.
/// </param>
public readonly record struct TransformStep(long Number, double LearningRate)
{
    /// <summary>Whether the parameters are weights, which penalties and weight decay are for, and not biases, scales or shifts.</summary>
    public bool IsWeight { get; init; }

    /// <summary>Rows of the mini-batch.</summary>
    public int Rows { get; init; }

    /// <summary>‖g‖₂ of the parameter that the elements belong to; 0 unless <see cref="TransformReach.Norms"/> asks for it.</summary>
    public double Norm { get; init; }

    /// <summary>‖g‖₂ of all parameters of the network; 0 unless <see cref="TransformReach.Norms"/> asks for it.</summary>
    public double GlobalNorm { get; init; }

    /// <summary>Rows and columns of the parameter, where the transform gets it whole; null for a run of its elements.</summary>
    public Shape? Shape { get; init; }
}
