using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A step from the gradient of the cost to the update that is subtracted from the parameters, such as clipping, a rule like Adam, or weight
/// decay. An immutable value; what it remembers from step to step is a <see cref="TransformState{T}"/>, which the caller keeps.
/// </summary>
/// <remarks>
/// <para>
/// A <see cref="Chain"/> applies several, each to what the one before it made: <c>new Chain(new ClipByGlobalNorm(1), new Adam(0.01),
/// new DecayWeights(0.02))</c>. The update u that the last one makes is subtracted: θ = θ - u. One that has a step size is an
/// <see cref="Optimizer"/>, which may also stand alone.
/// </para>
/// <para>
/// Custom transforms derive from this type or from <see cref="Optimizer"/>. They see a parameter vector in parts, which several
/// threads work on at once, so that everything that differs between parameters belongs into the state. A part may contain padding, whose
/// gradient and parameter are 0: the update of such an element must be 0. A checkpoint compares custom transforms by their text
/// (ToString), which must state every value.
/// </para>
/// <para>
/// Two kinds of parameters are updated lazily in training: the first weights where training rows leave zeros out (<c>SparseRows</c>), and tables
/// of categories with 1,000 values or more (<see cref="Layers.CategoryEmbedding"/>). A step updates the lines that its batch touches: the
/// weights of the features that it stores, the rows of the values that it has. The other lines, and what the transforms remember of them,
/// stand still: no momentum moves them on, no penalty and no decay shrinks them, and norms leave them out. So does
/// <c>torch.optim.SparseAdam</c> (which adds ε before it corrects the bias). Step number and bias correction are those of the network. What is
/// rare keeps its own pace this way, and a step costs by what it touches. For plain gradient descent without penalty and decay there is no
/// difference, to the last bit; nor is there one where every batch touches every line, unless a transform sees whole parameters
/// (<see cref="TransformReach.Parameter"/>).
/// </para>
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Adam), nameof(Adam))]
[JsonDerivedType(typeof(AdamW), nameof(AdamW))]
[JsonDerivedType(typeof(Chain), nameof(Chain))]
[JsonDerivedType(typeof(ClipByGlobalNorm), nameof(ClipByGlobalNorm))]
[JsonDerivedType(typeof(ClipByNorm), nameof(ClipByNorm))]
[JsonDerivedType(typeof(ClipByValue), nameof(ClipByValue))]
[JsonDerivedType(typeof(DecayWeights), nameof(DecayWeights))]
[JsonDerivedType(typeof(GradientDescent), nameof(GradientDescent))]
[JsonDerivedType(typeof(Lion), nameof(Lion))]
[JsonDerivedType(typeof(Lookahead), nameof(Lookahead))]
[JsonDerivedType(typeof(Momentum), nameof(Momentum))]
[JsonDerivedType(typeof(Muon), nameof(Muon))]
[JsonDerivedType(typeof(Nesterov), nameof(Nesterov))]
[JsonDerivedType(typeof(RmsProp), nameof(RmsProp))]
public abstract record GradientTransform
{
    /// <summary>How many numbers it remembers of each parameter; 0 if it remembers nothing. A chain may remember 16 in all.</summary>
    public abstract int StatesPerParameter { get; }

    /// <summary>How much of a parameter it has to see at once.</summary>
    public abstract TransformReach Reach { get; }

    /// <summary>
    /// How many elements of working memory <see cref="Apply"/> takes for a whole parameter. Default 0. A training has them ready
    /// (<see cref="TransformState{T}.Scratch"/>) and counts them among its memory, so that no step allocates.
    /// </summary>
    /// <param name="shape">Rows and columns of the parameter.</param>
    public virtual long ScratchLength(Shape shape) => 0;

    /// <summary>Changes a gradient, in place.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="gradient">(n): what the transform before it made, at first the gradient of the cost.</param>
    /// <param name="parameters">(n): the parameters before the step.</param>
    /// <param name="state">(<see cref="StatesPerParameter"/>, n): 0 before the first step.</param>
    /// <param name="step">Which step it is, and of which parameters.</param>
    public abstract void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message states the value and the remedy.</exception>
    public abstract void Validate();

    /// <summary>Whether <see cref="TransformStep.IsWeight"/>, or the decay, of the parameters matters to it.</summary>
    internal virtual bool TellsWeightsApart => true;

    /// <summary>The schedule whose factor it wants in <see cref="TransformStep.ScheduleFactor"/>; null if it has none.</summary>
    internal virtual Schedule? OwnSchedule => null;

    /// <summary>Leaves the members that follow from the kind out of the text.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>Whether anything was added.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => false;
}
