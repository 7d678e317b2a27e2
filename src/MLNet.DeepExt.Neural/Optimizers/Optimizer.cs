using System.Numerics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A rule that turns the gradient of every parameter into its update: an immutable value; what it remembers from step to
/// step lies apart from it.
/// </summary>
/// <remarks>
/// Where training rows leave zeros out (<c>SparseRows</c>), the first weights are updated lazily: a step updates
/// those of the features that its batch stores. The others, and what the rule remembers of them, stand still, though a rule
/// with a memory would have moved them on without a gradient. So does <c>torch.optim.SparseAdam</c> (which adds ε before it
/// corrects the bias); bias and later layers are updated as ever. A feature that is rare keeps its own pace this way, and a
/// step costs by what it touches; where every batch touches every feature there is no difference, to the last bit.
/// </remarks>
public abstract record Optimizer
{
    /// <summary>The step size α that a schedule begins from.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>Numbers that the rule remembers per parameter.</summary>
    internal abstract int StatesPerParameter { get; }

    /// <summary>Turns gradients into what is to be subtracted from the parameters, in place.</summary>
    /// <param name="gradient">(n): in the gradient, out the update.</param>
    /// <param name="state">What the rule remembers of these parameters.</param>
    /// <param name="step">Which update of the training this is, and its step size.</param>
    internal abstract void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal abstract void Validate();
}
