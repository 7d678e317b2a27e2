using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Muon: the update of a weight matrix is its momentum, made nearly orthogonal: m = β·m + (1 - β)·G, and
/// α·√max(1, units / inputs)·O(β·m + (1 - β)·G), where O moves all singular values close to 1. All other parameters are updated by
/// <see cref="Rest"/>.
/// </summary>
/// <remarks>
/// <para>
/// A gradient matrix often has only a few large singular values; O gives all directions the same step. It needs five Newton-Schulz steps, products
/// of matrices whose shorter side is n: about 30·n multiplications per weight and step. This is worthwhile with large batches.
/// </para>
/// <para>
/// Biases, scales and shifts, and lazily updated parameters (see <see cref="GradientTransform"/>), are updated by <see cref="Rest"/>. Put weight
/// decay after it in a <see cref="Chain"/>. Weight decay and penalties use the step size of matrices for all parameters. K. Jordan et al., "Muon:
/// an optimizer for hidden layers in neural networks", 2024, which computes O in bfloat16 and updates the last matrix by Adam.
/// </para>
/// </remarks>
public sealed record Muon : Optimizer
{
    /// <summary>Creates the rule with its default values.</summary>
    public Muon() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Muon(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α of matrices, above 0. Default 0.02.</summary>
    public override double LearningRate { get; init; } = 0.02;

    /// <summary>The weight β of the previous value in the momentum, in [0, 1). Default 0.95, an average over about 20 steps.</summary>
    public double Beta { get; init; } = 0.95;

    /// <summary>
    /// The optimizer of all parameters that are not matrices. It has a separate step size, which schedules scale in proportion. Default: Adam with
    /// 0.001.
    /// </summary>
    public Adam Rest { get; init; } = new Adam();

    /// <inheritdoc/>
    public override double UsualLearningRate => 0.02;

    /// <inheritdoc/>
    public override int StatesPerParameter => Math.Max(1, Rest.StatesPerParameter);

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Parameter;

    /// <summary>About 3 to 5 elements per element of a matrix; more for matrices that are closer to a square.</summary>
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
