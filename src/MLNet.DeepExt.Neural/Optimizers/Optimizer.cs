using System.Numerics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A rule that turns the gradient of every parameter into its update: an immutable value; what it remembers from step to
/// step lies apart from it.
/// </summary>
public abstract record Optimizer
{
    /// <summary>The step size α, for the log.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>Numbers that the rule remembers per parameter.</summary>
    internal abstract int StatesPerParameter { get; }

    /// <summary>Turns gradients into what is to be subtracted from the parameters, in place.</summary>
    /// <param name="gradient">(n): in the gradient, out the update.</param>
    /// <param name="state">What the rule remembers of these parameters.</param>
    /// <param name="step">Which update of the training this is, counted from 1.</param>
    internal abstract void Transform<T>(Span<T> gradient, OptimizerState<T> state, long step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal abstract void Validate();
}
