using System.Numerics;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A rule that turns the gradient of every parameter into its update: an immutable value; what it remembers from step to
/// step lies apart from it.
/// </summary>
/// <remarks>
/// Where training rows leave zeros out (<c>SparseRows</c>), the first weights are updated lazily: a step updates
/// those of the features that its batch stores. The others, and what the rule remembers of them, stand still, though a rule
/// with a memory would have moved them on without a gradient. So does <c>torch.optim.SparseAdam</c> (which adds ε before it
/// corrects the bias); bias and later layers are updated as ever. A feature that is rare keeps its own pace this way, and a
/// step costs by what it touches; where every batch touches every feature there is no difference, to the last bit.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Adam), nameof(Adam))]
[JsonDerivedType(typeof(AdamW), nameof(AdamW))]
[JsonDerivedType(typeof(GradientDescent), nameof(GradientDescent))]
[JsonDerivedType(typeof(Momentum), nameof(Momentum))]
[JsonDerivedType(typeof(Nesterov), nameof(Nesterov))]
[JsonDerivedType(typeof(RmsProp), nameof(RmsProp))]
public abstract record Optimizer
{
    /// <summary>The step size α, which a schedule multiplies by its factor; above 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>
    /// λ_d of decoupled weight decay, at least 0: a step also takes α·λ_d·W from every weight W, whatever its gradient; biases and
    /// the scales and shifts of batch norm do not decay. Default 0; of <see cref="AdamW"/> 0.01.
    /// </summary>
    /// <remarks>
    /// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. The α here is the rate of the step, a schedule
    /// included, as in <c>torch.optim.AdamW</c>. A penalty in the loss, such as <c>L2</c>, goes through the rule instead: with
    /// <see cref="GradientDescent"/> both are the same (λ_d = λ/m), while Adam divides the penalty's gradient by its scale, so that it
    /// hardly holds back weights with large gradients.
    /// </remarks>
    public double WeightDecay { get; init; }

    /// <summary>Numbers that the rule remembers per parameter.</summary>
    internal abstract int StatesPerParameter { get; }

    /// <summary>A rate to recommend when the one given is impossible.</summary>
    private protected abstract double UsualLearningRate { get; }

    /// <summary>Turns gradients into what is to be subtracted from the parameters, in place. Weight decay is not part of it.</summary>
    /// <param name="gradient">(n): in the gradient, out the update. Whole strips.</param>
    /// <param name="state">What the rule remembers of these parameters.</param>
    /// <param name="step">Which update of the training this is, and its step size.</param>
    internal abstract void Transform<T>(Span<T> gradient, OptimizerState<T> state, in UpdateStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal void Validate()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"LearningRate must be above 0 but is {LearningRate}; {UsualLearningRate} suits most networks."), nameof(LearningRate));
        }

        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"WeightDecay must be at least 0 but is {WeightDecay}; 0 is none, 0.01 is usual with AdamW."), nameof(WeightDecay));
        }

        ValidateRule();
    }

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong with the rule's own values, if something is.</summary>
    private protected abstract void ValidateRule();

    /// <summary>Throws if the weight of the past in an average is not in [0, 1).</summary>
    private protected static void RequireFraction(double value, string name, double usual)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} must be in [0, 1) but is {value}; {usual} is the usual value."),
                name);
        }
    }

    /// <summary>Throws if ε is not above 0, in float too.</summary>
    private protected static void RequireEpsilon(double epsilon)
    {
        if (!((float)epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Epsilon must be above 0 but is {epsilon}; 1e-8 is the usual value."),
                "Epsilon");
        }
    }
}
