using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Decoupled weight decay: a step also subtracts α·λ_d·W from every weight W, independently of its gradient. Biases and the scales and shifts of
/// normalization do not decay. Put it after the optimizer of a <see cref="Chain"/>.
/// </summary>
/// <param name="WeightDecay">λ_d, at least 0. 0.01 is usual with Adam.</param>
/// <remarks>
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. α is the current step size, including the factors of schedule, layer and
/// parameter, as in <c>torch.optim.AdamW</c>. A parameter may have an additional factor for its decay
/// (<see cref="TransformStep.DecayFactor"/>). A penalty in the cost, such as <c>L2</c>, passes through the optimizer instead. With
/// <see cref="GradientDescent"/> both are equivalent (λ_d = λ/m). Adam divides the gradient of the penalty by its scale, so the penalty hardly
/// limits weights with large gradients.
/// </remarks>
public sealed record DecayWeights(double WeightDecay) : GradientTransform
{
    /// <summary>
    /// The schedule of the factor of λ_d during training, in addition to the schedule of the step size. Null (default) for a constant λ_d. Only a
    /// training by a <c>Trainer</c> follows it; otherwise λ_d is constant.
    /// </summary>
    public Schedule? Schedule { get; init; }

    /// <inheritdoc/>
    public override int StatesPerParameter => 0;

    internal override Schedule? OwnSchedule => Schedule;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        Add(WeightDecay, gradient, parameters, step);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require(WeightDecay);
        Schedule?.Validate();
    }

    /// <summary>Omits the schedule from the text if it is null.</summary>
    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(WeightDecay)} = {WeightDecay}");
        if (Schedule is not null)
            builder.Append(CultureInfo.InvariantCulture, $", {nameof(Schedule)} = {Schedule}");
        return true;
    }

    /// <summary>Adds α·λ_d·W to the update of weights.</summary>
    internal static void Add<T>(double weightDecay, Span<T> update, ReadOnlySpan<T> parameters, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (step.IsWeight && weightDecay > 0)
            UpdateLoop.Run(new Operator<T>(step.LearningRate * weightDecay * step.DecayFactor * step.ScheduleFactor), update, parameters, default);
    }

    /// <summary>Throws if λ_d is below 0.</summary>
    internal static void Require(double weightDecay)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"WeightDecay must be at least 0 but is {weightDecay}; 0 is none, 0.01 is usual with AdamW."), nameof(WeightDecay));
        }
    }

    private readonly struct Operator<T>(double share) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _share = Vector256.Create(T.CreateTruncating(share));

        public static int States => 0;

        public static bool ReadsParameters => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> first, ref Vector256<T> second) =>
            Lanes.MultiplyAdd(_share, parameter, gradient);
    }
}
