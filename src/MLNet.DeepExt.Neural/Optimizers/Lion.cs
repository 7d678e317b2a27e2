using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Lion (evolved sign momentum): the update α·sign(β₁·m + (1 - β₁)·g), and then m = β₂·m + (1 - β₂)·g, from m = 0.
/// </summary>
/// <remarks>
/// Every parameter moves by exactly α, or not at all if the average is 0, so α should be 3 to 10 times smaller than for
/// <see cref="Adam"/>, and <see cref="DecayWeights"/> larger by the same factor. It has one state value per parameter; Adam has two.
/// X. Chen et al., "Symbolic discovery of optimization algorithms", 2023.
/// </remarks>
public sealed record Lion : Optimizer
{
    /// <summary>Creates the rule with its default values.</summary>
    public Lion() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Lion(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α, above 0. Default 0.0001.</summary>
    public override double LearningRate { get; init; } = 0.0001;

    /// <summary>The weight β₁ of the previous value in the average whose sign is the update, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The weight β₂ of the previous value in the stored average, in [0, 1). Default 0.99, an average over about 100 steps.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override double UsualLearningRate => 0.0001;

    /// <inheritdoc/>
    public override int StatesPerParameter => 1;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Operator<T>(this, step.LearningRate), gradient, parameters, state);

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireLearningRate();
        RequireFraction(Beta1, nameof(Beta1), 0.9);
        RequireFraction(Beta2, nameof(Beta2), 0.99);
    }

    private readonly struct Operator<T>(Lion rule, double rate) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _beta1 = All(rule.Beta1), _beta2 = All(rule.Beta2);
        private readonly Vector256<T> _rest1 = All(1 - rule.Beta1), _rest2 = All(1 - rule.Beta2);
        private readonly Vector256<T> _rate = All(rate);

        public static int States => 1;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> mean, ref Vector256<T> unused)
        {
            Vector256<T> average = Lanes.MultiplyAdd(_rest1, gradient, _beta1 * mean);
            mean = Lanes.MultiplyAdd(_rest2, gradient, _beta2 * mean);
            Vector256<T> up = Vector256.GreaterThan(average, Vector256<T>.Zero) & _rate;
            Vector256<T> down = Vector256.LessThan(average, Vector256<T>.Zero) & _rate;
            // The sign would hide a value that is not finite. Such a value must stay visible, because it ends training with an error.
            return Vector256.ConditionalSelect(Vector256.IsFinite(average), up - down, average);
        }

        private static Vector256<T> All(double value) => Vector256.Create(T.CreateTruncating(value));
    }
}
