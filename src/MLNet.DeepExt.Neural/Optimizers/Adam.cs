using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Adam: v = β₁·v + (1 - β₁)·g, s = β₂·s + (1 - β₂)·g², and the update α·v̂ / (√ŝ + ε) with the bias corrections
/// v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ).
/// </summary>
/// <remarks>
/// Every parameter gets a step of about α whatever the scale of its gradient, which makes the default right for most
/// networks. D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015. Equal to PyTorch's
/// <c>torch.optim.Adam</c>, with ε outside the root.
/// </remarks>
public sealed record Adam : Optimizer
{
    /// <summary>The rule with its default rates.</summary>
    public Adam() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Adam(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>The weight β₁ of the past in the average of the gradient, in [0, 1). Default 0.9: a memory of about 10 steps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The weight β₂ of the past in the average of the squared gradient, in [0, 1). Default 0.999: about 1,000 steps.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, above 0, keeps the update finite where the gradient has always been 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override int StatesPerParameter => 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        double rate = step.LearningRate / (1 - Math.Pow(Beta1, step.Number));
        double rootCorrection = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step.Number));
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

    internal override void Validate()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"LearningRate must be above 0 but is {LearningRate}; 0.001 suits most networks."));
        }

        RequireFraction(Beta1, nameof(Beta1), 0.9);
        RequireFraction(Beta2, nameof(Beta2), 0.999);
        // In float, too, it must be more than nothing.
        if (!((float)Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentException(FormattableString.Invariant($"Epsilon must be above 0 but is {Epsilon}; 1e-8 is the usual value."));
    }

    private static void RequireFraction(double value, string name, double usual)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} must be in [0, 1) but is {value}; {usual} is the usual value."));
        }
    }
}
