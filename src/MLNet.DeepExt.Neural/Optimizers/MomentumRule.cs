using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// What <see cref="Momentum"/> and <see cref="Nesterov"/> share: the average of the last gradients, v = β·v + (1 - β)·g from v = 0. No bias
/// is corrected, so that the first steps are small.
/// </summary>
public abstract record MomentumRule : Optimizer
{
    private protected MomentumRule()
    {
    }

    /// <summary>The step size α, above 0. Default 0.1.</summary>
    public override double LearningRate { get; init; } = 0.1;

    /// <summary>The weight β of the past in the average of the gradient, in [0, 1). Default 0.9: a memory of about 10 steps.</summary>
    public double Beta { get; init; } = 0.9;

    internal override int StatesPerParameter => 1;

    private protected override double UsualLearningRate => 0.1;

    /// <summary>Whether the gradient of this step counts once more, as if it had been taken where momentum is about to lead.</summary>
    private protected abstract bool LooksAhead { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        var alpha = Vector256.Create(T.CreateTruncating(step.LearningRate));
        var beta = Vector256.Create(T.CreateTruncating(Beta));
        var rest = Vector256.Create(T.CreateTruncating(1 - Beta));
        bool looksAhead = LooksAhead;
        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T v = ref MemoryMarshal.GetReference(state[0]);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> part = rest * Vector256.LoadUnsafe(ref g, i);
            Vector256<T> mean = Lanes.MultiplyAdd(beta, Vector256.LoadUnsafe(ref v, i), part);
            mean.StoreUnsafe(ref v, i);
            (alpha * (looksAhead ? Lanes.MultiplyAdd(beta, mean, part) : mean)).StoreUnsafe(ref g, i);
        }
    }

    private protected override void ValidateRule() => RequireFraction(Beta, nameof(Beta), 0.9);
}
