using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// The base of <see cref="Adam"/> and <see cref="AdamW"/>: v = β₁·v + (1 - β₁)·g, s = β₂·s + (1 - β₂)·g², and the update
/// α·v̂ / (√ŝ + ε) with the bias corrections v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ).
/// </summary>
/// <remarks>D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015.</remarks>
public abstract record AdaptiveMoments : Optimizer
{
    private protected AdaptiveMoments()
    {
    }

    /// <summary>The step size α, above 0. Default 0.001.</summary>
    public sealed override double LearningRate { get; init; } = 0.001;

    /// <summary>The weight β₁ of the previous value in the average of the gradient, in [0, 1). Default 0.9, an average over about 10 steps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The weight β₂ of the previous value in the average of the squared gradient, in [0, 1). Default 0.999, an average over about 1,000
    /// steps.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, above 0. It keeps the update finite if the gradient has always been 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public sealed override double UsualLearningRate => 0.001;

    /// <inheritdoc/>
    public sealed override int StatesPerParameter => 2;

    /// <inheritdoc/>
    public sealed override TransformReach Reach => TransformReach.Elements;

    /// <summary>Converts a gradient to the update, without weight decay.</summary>
    private protected void ApplyMoments<T>(Span<T> gradient, TransformState<T> state, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UpdateLoop.Run(new Operator<T>(this, step), gradient, default, state);

    /// <summary>Throws if one of the values that both rules have is out of its range.</summary>
    private protected void ValidateMoments()
    {
        RequireLearningRate();
        RequireFraction(Beta1, nameof(Beta1), 0.9);
        RequireFraction(Beta2, nameof(Beta2), 0.999);
        RequireEpsilon(Epsilon);
    }

    private readonly struct Operator<T>(AdaptiveMoments rule, in TransformStep step) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _beta1 = All(rule.Beta1), _beta2 = All(rule.Beta2);
        private readonly Vector256<T> _rest1 = All(1 - rule.Beta1), _rest2 = All(1 - rule.Beta2);
        private readonly Vector256<T> _rate = All(step.LearningRate / new ExponentialAverage(rule.Beta1).TotalWeight(step.Number));
        private readonly Vector256<T> _correction = All(1 / Math.Sqrt(new ExponentialAverage(rule.Beta2).TotalWeight(step.Number)));
        private readonly Vector256<T> _epsilon = All(rule.Epsilon);

        public static int States => 2;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> mean, ref Vector256<T> square)
        {
            mean = Lanes.MultiplyAdd(_rest1, gradient, _beta1 * mean);
            square = Lanes.MultiplyAdd(_rest2 * gradient, gradient, _beta2 * square);
            return _rate * mean / Lanes.MultiplyAdd(Vector256.Sqrt(square), _correction, _epsilon);
        }

        private static Vector256<T> All(double value) => Vector256.Create(T.CreateTruncating(value));
    }
}
