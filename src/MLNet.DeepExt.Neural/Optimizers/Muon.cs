using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Muon: the update of a weight matrix is its momentum, made nearly orthogonal: m = β·m + (1 - β)·G, and
/// α·√max(1, units / inputs)·O(β·m + (1 - β)·G), where O brings all singular values near to 1. All other parameters are updated by
/// <see cref="Rest"/>.
/// </summary>
/// <remarks>
/// <para>
/// A gradient matrix is often close to one of few directions; O gives the others the same step. It takes five Newton-Schulz steps, products
/// of matrices whose shorter side is n: about 30·n products for each weight in every step, which pays for itself where batches are large.
/// </para>
/// <para>
/// Biases, scales and shifts, and what is updated lazily (see <see cref="GradientTransform"/>), are left to <see cref="Rest"/>. Weight decay
/// stands after it in a <see cref="Chain"/>; it, and penalties, go by the step size of matrices everywhere. K. Jordan et al., "Muon: an
/// optimizer for hidden layers in neural networks", 2024, which computes O in bfloat16, and leaves the last matrix to Adam.
/// </para>
/// </remarks>
public sealed record Muon : Optimizer
{
    /// <summary>The rule with its default rates.</summary>
    public Muon() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Muon(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α of matrices, above 0. Default 0.02.</summary>
    public override double LearningRate { get; init; } = 0.02;

    /// <summary>The weight β of the past in the momentum, in [0, 1). Default 0.95: a memory of about 20 steps.</summary>
    public double Beta { get; init; } = 0.95;

    /// <summary>
    /// Updates what is not a matrix, with its own step size, which schedules change in proportion. Default: a step size of 0.001.
    /// </summary>
    public Adam Rest { get; init; } = new Adam();

    /// <inheritdoc/>
    public override double UsualLearningRate => 0.02;

    /// <inheritdoc/>
    public override int StatesPerParameter => Math.Max(1, Rest.StatesPerParameter);

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Parameter;

    /// <summary>About 3 to 5 elements for each one of a matrix, the more the nearer it is to a square.</summary>
    /// <inheritdoc/>
    public override long ScratchLength(Shape shape) => Orthogonal.ScratchLength(shape.Rows, shape.Columns);

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.Shape is not { } shape || !step.IsWeight)
        {
            Rest.Apply(gradient, parameters, state, step with { LearningRate = step.LearningRate / LearningRate * Rest.LearningRate });
            return;
        }

        UpdateLoop.Run(new MomentumOperator<T>(Beta, rate: 1, looksAhead: true), gradient, parameters, state);
        int scratch = checked((int)ScratchLength(shape));
        Orthogonal.Approach(shape.Rows, shape.Columns, gradient, state.Scratch.Length >= scratch ? state.Scratch[..scratch] : new T[scratch]);
        double scale = Math.Sqrt(Math.Max(1, (double)shape.Columns / shape.Rows));
        UpdateLoop.Run(new Scale<T>(step.LearningRate * scale), gradient, parameters, state);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireLearningRate();
        RequireFraction(Beta, nameof(Beta), 0.95);
        ArgumentNullException.ThrowIfNull(Rest);
        Rest.Validate();
    }
}
