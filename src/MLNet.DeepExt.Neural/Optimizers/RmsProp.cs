using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>RMSprop: s = β₂·s + (1 - β₂)·g² from s = 0, and the update α·g / √(s + ε).</summary>
/// <remarks>
/// Every parameter gets a step of about α whatever the scale of its gradient. No bias is corrected, so that the first step is
/// 1/√(1 - β₂) times as large: 3 times for 0.9, 32 times for 0.999. ε stands inside the root, as in A. Ng's
/// course; PyTorch's <c>torch.optim.RMSprop</c> has it outside and is the same where ε is nothing beside s. T. Tieleman, G. Hinton,
/// "Lecture 6.5: rmsprop", Neural Networks for Machine Learning, 2012.
/// </remarks>
public sealed record RmsProp : Optimizer
{
    /// <summary>The rule with its default rates.</summary>
    public RmsProp() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public RmsProp(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>
    /// The weight β₂ of the past in the average of the squared gradient, in [0, 1). Default 0.9: a memory of about 10 steps.
    /// </summary>
    public double Beta2 { get; init; } = 0.9;

    /// <summary>ε, above 0, keeps the update finite where the gradient has always been 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override int StatesPerParameter => 1;

    private protected override double UsualLearningRate => 0.001;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        var alpha = Vector256.Create(T.CreateTruncating(step.LearningRate));
        var beta = Vector256.Create(T.CreateTruncating(Beta2));
        var rest = Vector256.Create(T.CreateTruncating(1 - Beta2));
        var epsilon = Vector256.Create(T.CreateTruncating(Epsilon));
        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T s = ref MemoryMarshal.GetReference(state[0]);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> gradientNow = Vector256.LoadUnsafe(ref g, i);
            Vector256<T> square = Lanes.MultiplyAdd(rest * gradientNow, gradientNow, beta * Vector256.LoadUnsafe(ref s, i));
            square.StoreUnsafe(ref s, i);
            (alpha * gradientNow / Vector256.Sqrt(square + epsilon)).StoreUnsafe(ref g, i);
        }
    }

    private protected override void ValidateRule()
    {
        RequireFraction(Beta2, nameof(Beta2), 0.9);
        RequireEpsilon(Epsilon);
    }
}
