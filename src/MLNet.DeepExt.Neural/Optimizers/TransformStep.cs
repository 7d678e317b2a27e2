using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Which step a <see cref="GradientTransform"/> takes part in, and of which parameters.</summary>
/// <param name="Number">The number of the step, counted from 1.</param>
/// <param name="LearningRate">
/// The step size α now: <see cref="Optimizer.LearningRate"/> of the chain, times the factors of the schedule, of the layer and of the parameter.
/// </param>
public readonly record struct TransformStep(long Number, double LearningRate)
{
    /// <summary>Whether the parameters are weights, which penalties and weight decay are for, and not biases, scales or shifts.</summary>
    public bool IsWeight { get; init; }

    /// <summary>What decoupled weight decay is multiplied by, beside the step size: that of the parameter. Default 1.</summary>
    public double DecayFactor { get; init; } = 1;

    /// <summary>Factor of the schedule that the transform has for itself, such as that of <see cref="DecayWeights"/>. Default 1.</summary>
    public double ScheduleFactor { get; init; } = 1;

    /// <summary>Rows of the mini-batch.</summary>
    public int Rows { get; init; }

    /// <summary>‖g‖₂ of the parameter that the elements belong to; 0 unless <see cref="TransformReach.Norms"/> asks for it.</summary>
    public double Norm { get; init; }

    /// <summary>‖g‖₂ of all parameters of the network; 0 unless <see cref="TransformReach.Norms"/> asks for it.</summary>
    public double GlobalNorm { get; init; }

    /// <summary>Rows and columns of the parameter, where the transform gets it whole; null for a run of its elements.</summary>
    public Shape? Shape { get; init; }
}
