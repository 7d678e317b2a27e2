using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>The step of a call of a <see cref="GradientTransform"/>, and properties of its parameters.</summary>
/// <param name="Number">The number of the step, counted from 1.</param>
/// <param name="LearningRate">
/// The current step size α: <see cref="Optimizer.LearningRate"/> of the chain times the factors of the schedule, of the layer and of the parameter.
/// </param>
public readonly record struct TransformStep(long Number, double LearningRate)
{
    /// <summary>True if the parameters are weights, on which penalties and weight decay act; false for biases, scales and shifts.</summary>
    public bool IsWeight { get; init; }

    /// <summary>The factor of decoupled weight decay of the parameter, in addition to the step size. Default 1.</summary>
    public double DecayFactor { get; init; } = 1;

    /// <summary>The factor of the schedule of the transform, such as <see cref="DecayWeights.Schedule"/>. Default 1.</summary>
    public double ScheduleFactor { get; init; } = 1;

    /// <summary>The number of rows of the mini-batch.</summary>
    public int Rows { get; init; }

    /// <summary>‖g‖₂ of the parameter that contains the elements; 0 unless the reach is <see cref="TransformReach.Norms"/>.</summary>
    public double Norm { get; init; }

    /// <summary>‖g‖₂ of all parameters of the network; 0 unless the reach is <see cref="TransformReach.Norms"/>.</summary>
    public double GlobalNorm { get; init; }

    /// <summary>Rows and columns of the parameter if the transform gets a whole parameter; null for a run of elements.</summary>
    public Shape? Shape { get; init; }
}
