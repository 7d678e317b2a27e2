using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Gradient descent with momentum: v = β·v + (1 - β)·g from v = 0, and the update α·v.</summary>
/// <remarks>
/// The average of the last gradients: what points to and fro cancels out, what they agree on adds up. No bias is corrected, so
/// that the first steps are small. PyTorch's <c>SGD(lr, momentum=β)</c> leaves 1 - β out: it is the same rule with
/// lr = (1 - β)·α, which for β = 0.9 is a tenth of the rate here. B. Polyak, "Some methods of speeding up the convergence of
/// iteration methods", 1964.
/// </remarks>
public sealed record Momentum : Optimizer
{
    /// <summary>The rule with its default rates.</summary>
    public Momentum() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Momentum(double learningRate) => LearningRate = learningRate;

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
            Vector256<T> mean = Lanes.MultiplyAdd(rest, Vector256.LoadUnsafe(ref g, i), beta * Vector256.LoadUnsafe(ref v, i));
            mean.StoreUnsafe(ref v, i);
            (alpha * mean).StoreUnsafe(ref g, i);
        }
    }

    private protected override void ValidateRule() => RequireFraction(Beta, nameof(Beta), 0.9);
}
