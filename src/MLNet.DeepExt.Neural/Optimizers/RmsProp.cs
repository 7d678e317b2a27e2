using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>RMSprop: s = β₂·s + (1 - β₂)·g² from s = 0, and the update α·g / √(s + ε).</summary>
/// <remarks>
/// Every parameter gets a step of about α, independently of the scale of its gradient. There is no bias correction, so the first step is
/// larger by the factor 1/√(1 - β₂): 3 for β₂ = 0.9, 32 for 0.999. ε is inside the root, as in A. Ng's
/// course; PyTorch's <c>torch.optim.RMSprop</c> has it outside, which is equivalent if ε is negligible compared with s. T. Tieleman, G. Hinton,
/// "Lecture 6.5: rmsprop", Neural Networks for Machine Learning, 2012.
/// </remarks>
public sealed record RmsProp : Optimizer
{
    /// <summary>Creates the rule with its default values.</summary>
    public RmsProp() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public RmsProp(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size α, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>
    /// The weight β₂ of the previous value in the average of the squared gradient, in [0, 1). Default 0.9, an average over about 10 steps.
    /// </summary>
    public double Beta2 { get; init; } = 0.9;

    /// <summary>ε, above 0. It keeps the update finite if the gradient has always been 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override double UsualLearningRate => 0.001;

    /// <inheritdoc/>
    public override int StatesPerParameter => 1;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    internal override bool TellsWeightsApart => false;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Operator<T>(this, step.LearningRate), gradient, parameters, state);

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireLearningRate();
        RequireFraction(Beta2, nameof(Beta2), 0.9);
        RequireEpsilon(Epsilon);
    }

    private readonly struct Operator<T>(RmsProp rule, double rate) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _beta = Vector256.Create(T.CreateTruncating(rule.Beta2));
        private readonly Vector256<T> _rest = Vector256.Create(T.CreateTruncating(1 - rule.Beta2));
        private readonly Vector256<T> _epsilon = Vector256.Create(T.CreateTruncating(rule.Epsilon));
        private readonly Vector256<T> _rate = Vector256.Create(T.CreateTruncating(rate));

        public static int States => 1;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> square, ref Vector256<T> unused)
        {
            square = Lanes.MultiplyAdd(_rest * gradient, gradient, _beta * square);
            return _rate * gradient / Vector256.Sqrt(square + _epsilon);
        }
    }
}
