using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Nesterov's accelerated gradient: v = β·v + (1 - β)·g from v = 0 as in <see cref="Momentum"/>, and the update
/// α·(β·v + (1 - β)·g), with the new v.
/// </summary>
/// <remarks>
/// The gradient of this step counts once more than in <see cref="Momentum"/>, as if it had been taken where momentum is about to
/// lead; it brakes earlier before the slope turns. PyTorch's <c>SGD(lr, momentum=β, nesterov=True)</c> leaves 1 - β out: it is the same
/// rule with lr = (1 - β)·α. Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)", 1983,
/// in the form of I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </remarks>
public sealed record Nesterov : Optimizer
{
    /// <summary>The rule with its default rates.</summary>
    public Nesterov() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Nesterov(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α, above 0. Default 0.1.</summary>
    public override double LearningRate { get; init; } = 0.1;

    /// <summary>The weight β of the past in the average of the gradient, in [0, 1). Default 0.9: a memory of about 10 steps.</summary>
    public double Beta { get; init; } = 0.9;

    internal override int StatesPerParameter => 1;

    private protected override double UsualLearningRate => 0.1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        var alpha = Vector256.Create(T.CreateTruncating(step.LearningRate));
        var beta = Vector256.Create(T.CreateTruncating(Beta));
        var rest = Vector256.Create(T.CreateTruncating(1 - Beta));
        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T v = ref MemoryMarshal.GetReference(state[0]);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> part = rest * Vector256.LoadUnsafe(ref g, i);
            Vector256<T> mean = Lanes.MultiplyAdd(beta, Vector256.LoadUnsafe(ref v, i), part);
            mean.StoreUnsafe(ref v, i);
            (alpha * Lanes.MultiplyAdd(beta, mean, part)).StoreUnsafe(ref g, i);
        }
    }

    private protected override void ValidateRule() => RequireFraction(Beta, nameof(Beta), 0.9);
}
