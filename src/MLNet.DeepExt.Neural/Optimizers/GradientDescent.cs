using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Plain gradient descent: the update α·g. With mini-batches it is what is called SGD.</summary>
/// <remarks>Remembers nothing. Equal to PyTorch's <c>torch.optim.SGD</c> without momentum.</remarks>
public sealed record GradientDescent : Optimizer
{
    /// <summary>The rule with its default rate.</summary>
    public GradientDescent() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public GradientDescent(double learningRate) => LearningRate = learningRate;

    /// <summary>
    /// The step size α, above 0. Default 0.1, which suits inputs and layers that are normalized; steps that are too large for the
    /// curvature of the loss make it grow, steps that are too small take very long.
    /// </summary>
    public override double LearningRate { get; init; } = 0.1;

    internal override int StatesPerParameter => 0;

    private protected override double UsualLearningRate => 0.1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
    {
        var alpha = Vector256.Create(T.CreateTruncating(step.LearningRate));
        ref T g = ref MemoryMarshal.GetReference(gradient);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
            (alpha * Vector256.LoadUnsafe(ref g, i)).StoreUnsafe(ref g, i);
    }

    private protected override void ValidateRule()
    {
        // There is nothing but the rate.
    }
}
