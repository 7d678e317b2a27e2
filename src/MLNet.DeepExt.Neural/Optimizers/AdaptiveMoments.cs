using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// What <see cref="Adam"/> and <see cref="AdamW"/> share: v = β₁·v + (1 - β₁)·g, s = β₂·s + (1 - β₂)·g², and the update
/// α·v̂ / (√ŝ + ε) with the bias corrections v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ).
/// </summary>
/// <remarks>D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015.</remarks>
public abstract record AdaptiveMoments : Optimizer
{
    /// <summary>The step size α, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>The weight β₁ of the past in the average of the gradient, in [0, 1). Default 0.9: a memory of about 10 steps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The weight β₂ of the past in the average of the squared gradient, in [0, 1). Default 0.999: about 1,000 steps.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, above 0, keeps the update finite where the gradient has always been 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override int StatesPerParameter => 2;

    private protected override double UsualLearningRate => 0.001;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        double rate = step.LearningRate / new ExponentialAverage(Beta1).TotalWeight(step.Number);
        double rootCorrection = 1 / Math.Sqrt(new ExponentialAverage(Beta2).TotalWeight(step.Number));
        var beta1 = Vector256.Create(T.CreateTruncating(Beta1));
        var beta2 = Vector256.Create(T.CreateTruncating(Beta2));
        var rest1 = Vector256.Create(T.CreateTruncating(1 - Beta1));
        var rest2 = Vector256.Create(T.CreateTruncating(1 - Beta2));
        var alpha = Vector256.Create(T.CreateTruncating(rate));
        var correction = Vector256.Create(T.CreateTruncating(rootCorrection));
        var epsilon = Vector256.Create(T.CreateTruncating(Epsilon));

        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T v = ref MemoryMarshal.GetReference(state[0]);
        ref T s = ref MemoryMarshal.GetReference(state[1]);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> gradientNow = Vector256.LoadUnsafe(ref g, i);
            Vector256<T> mean = Lanes.MultiplyAdd(rest1, gradientNow, beta1 * Vector256.LoadUnsafe(ref v, i));
            Vector256<T> square = Lanes.MultiplyAdd(rest2 * gradientNow, gradientNow, beta2 * Vector256.LoadUnsafe(ref s, i));
            mean.StoreUnsafe(ref v, i);
            square.StoreUnsafe(ref s, i);
            Vector256<T> root = Lanes.MultiplyAdd(Vector256.Sqrt(square), correction, epsilon);
            (alpha * mean / root).StoreUnsafe(ref g, i);
        }
    }

    private protected override void ValidateRule()
    {
        RequireFraction(Beta1, nameof(Beta1), 0.9);
        RequireFraction(Beta2, nameof(Beta2), 0.999);
        RequireEpsilon(Epsilon);
    }
}
