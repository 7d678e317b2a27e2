using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// The base of <see cref="Momentum"/> and <see cref="Nesterov"/>: the average of the last gradients, v = β·v + (1 - β)·g from v = 0.
/// </summary>
public abstract record MomentumRule : Optimizer
{
    private protected MomentumRule()
    {
    }

    /// <summary>The step size α, above 0. Default 0.1.</summary>
    public sealed override double LearningRate { get; init; } = 0.1;

    /// <summary>The weight β of the previous value in the average of the gradient, in [0, 1). Default 0.9, an average over about 10 steps.</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>
    /// True to divide the update by 1 - βᵗ in step t, so that the first steps are as large as later ones. Default false: the first steps
    /// are small; for β = 0.9 the difference is below 1 % after 44 steps.
    /// </summary>
    public bool CorrectBias { get; init; }

    /// <inheritdoc/>
    public sealed override double UsualLearningRate => 0.1;

    /// <inheritdoc/>
    public sealed override int StatesPerParameter => 1;

    /// <inheritdoc/>
    public sealed override TransformReach Reach => TransformReach.Elements;

    /// <summary>True for Nesterov's look-ahead: the update uses the gradient again, with the new average.</summary>
    private protected abstract bool LooksAhead { get; }

    internal override bool TellsWeightsApart => false;

    /// <inheritdoc/>
    public sealed override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        // The learning rate of step t, with the optional bias correction.
        double rate = CorrectBias ? step.LearningRate / new ExponentialAverage(Beta).TotalWeight(step.Number) : step.LearningRate;
        UpdateLoop.Run(new MomentumOperator<T>(Beta, rate, LooksAhead), gradient, parameters, state);
    }

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        RequireLearningRate();
        RequireFraction(Beta, nameof(Beta), 0.9);
    }
}
