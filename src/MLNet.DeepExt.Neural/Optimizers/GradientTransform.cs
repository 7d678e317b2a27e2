using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A function of the gradient of the cost, such as clipping, an update rule like Adam, or weight decay. The result of the last transform is
/// subtracted from the parameters. An immutable value; its state is a <see cref="TransformState{T}"/>, which the caller keeps.
/// </summary>
/// <remarks>
/// <para>
/// A <see cref="Chain"/> applies several transforms, each to the result of the one before: <c>new Chain(new ClipByGlobalNorm(1), new Adam(0.01),
/// new DecayWeights(0.02))</c>. The result u of the last one is subtracted: θ = θ - u. A transform with a step size is an
/// <see cref="Optimizer"/>, which can also be used alone.
/// </para>
/// <para>
/// Custom transforms derive from this type or from <see cref="Optimizer"/>. They process a parameter vector in parts, in several
/// threads, so all data that differs between parameters must be in the state. A part may contain padding, whose
/// gradient and parameter are 0: its update must be 0. A checkpoint compares custom transforms by their text
/// (ToString), which must contain every value.
/// </para>
/// <para>
/// Two kinds of parameters are updated lazily in training: the first weights if training rows are sparse (<c>SparseRows</c>), and tables
/// of categories with 1,000 values or more (<see cref="Layers.CategoryEmbedding"/>). A step updates the lines that its batch touches: the
/// weights of the features that it stores, and the table rows of its values. The other lines and their optimizer state do not
/// change: momentum, penalties and decay do not act on them, and norms do not include them. <c>torch.optim.SparseAdam</c> does the
/// same (it adds ε before it corrects the bias). Step number and bias correction are those of the network. Rare lines therefore
/// keep their full step, and the cost of a step depends only on the lines it touches. For plain gradient descent without penalty and decay the
/// results are equal to the last bit to those of dense updates; they are also equal if every batch touches every line, unless a transform needs whole
/// parameters (<see cref="TransformReach.Parameter"/>).
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
    /// <summary>The number of state values per parameter; 0 for no state. A chain may have at most 16 in total.</summary>
    public abstract int StatesPerParameter { get; }

    /// <summary>How much of a parameter the transform needs in one call.</summary>
    public abstract TransformReach Reach { get; }

    /// <summary>
    /// The number of elements of the work area that <see cref="Apply"/> needs for a whole parameter. Default 0. A training allocates it in advance
    /// (<see cref="TransformState{T}.Scratch"/>) and counts it in its memory, so no step allocates.
    /// </summary>
    /// <param name="shape">Rows and columns of the parameter.</param>
    public virtual long ScratchLength(Shape shape) => 0;

    /// <summary>Changes a gradient in place.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="gradient">(n): the result of the previous transform; for the first transform, the gradient of the cost.</param>
    /// <param name="parameters">(n): the parameters before the step.</param>
    /// <param name="state">(<see cref="StatesPerParameter"/>, n): 0 before the first step.</param>
    /// <param name="step">The step and its parameters.</param>
    public abstract void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Validates all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message states the value and the remedy.</exception>
    public abstract void Validate();

    /// <summary>True if the transform depends on <see cref="TransformStep.IsWeight"/> or on the decay factor.</summary>
    internal virtual bool TellsWeightsApart => true;

    /// <summary>The schedule of <see cref="TransformStep.ScheduleFactor"/>; null if the transform needs none.</summary>
    internal virtual Schedule? OwnSchedule => null;

    /// <summary>Omits the members that the kind determines from the text.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>True if text was added.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => false;
}
