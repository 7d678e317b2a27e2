using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>One layer of a network as data: what it is, not what it has learned. Equal by value.</summary>
/// <remarks>
/// A custom layer is a sealed record that derives from this one, and a <see cref="Layer{T}"/> that computes for it. A function of each
/// number alone is an <see cref="Activation"/>.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BatchNorm), nameof(BatchNorm))]
[JsonDerivedType(typeof(Branches), nameof(Branches))]
[JsonDerivedType(typeof(CategoryEmbedding), nameof(CategoryEmbedding))]
[JsonDerivedType(typeof(Dense), nameof(Dense))]
[JsonDerivedType(typeof(Dropout), nameof(Dropout))]
[JsonDerivedType(typeof(Elu), nameof(Elu))]
[JsonDerivedType(typeof(Gelu), nameof(Gelu))]
[JsonDerivedType(typeof(LayerNorm), nameof(LayerNorm))]
[JsonDerivedType(typeof(LearnedScaling), nameof(LearnedScaling))]
[JsonDerivedType(typeof(LeakyRelu), nameof(LeakyRelu))]
[JsonDerivedType(typeof(Linear), nameof(Linear))]
[JsonDerivedType(typeof(MemberDense), nameof(MemberDense))]
[JsonDerivedType(typeof(MemberScaling), nameof(MemberScaling))]
[JsonDerivedType(typeof(Members), nameof(Members))]
[JsonDerivedType(typeof(Mish), nameof(Mish))]
[JsonDerivedType(typeof(ParametricActivation), nameof(ParametricActivation))]
[JsonDerivedType(typeof(OneHot), nameof(OneHot))]
[JsonDerivedType(typeof(PeriodicEmbedding), nameof(PeriodicEmbedding))]
[JsonDerivedType(typeof(PiecewiseLinearEmbedding), nameof(PiecewiseLinearEmbedding))]
[JsonDerivedType(typeof(Relu), nameof(Relu))]
[JsonDerivedType(typeof(RobustScale), nameof(RobustScale))]
[JsonDerivedType(typeof(Residual), nameof(Residual))]
[JsonDerivedType(typeof(Selu), nameof(Selu))]
[JsonDerivedType(typeof(Sequential), nameof(Sequential))]
[JsonDerivedType(typeof(Sigmoid), nameof(Sigmoid))]
[JsonDerivedType(typeof(Softplus), nameof(Softplus))]
[JsonDerivedType(typeof(Standardize), nameof(Standardize))]
[JsonDerivedType(typeof(Swish), nameof(Swish))]
[JsonDerivedType(typeof(Tanh), nameof(Tanh))]
public abstract record LayerSpec
{
    /// <summary>
    /// What the layer is called in its network: a name among those of its siblings. By default null: its place among them and its kind, such
    /// as <c>2.dense</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>What the layers around it have to know of it. Default none.</summary>
    protected internal virtual LayerTraits Traits => LayerTraits.None;

    /// <summary>
    /// The initializer that suits a <see cref="Dense"/> whose outputs it reads, if that names none. Default null: it does not matter.
    /// </summary>
    protected internal virtual Initializer? SuggestedInitializer => null;

    /// <summary>Its main figures, in the invariant culture, for <see cref="ToString"/>. Default empty.</summary>
    protected internal virtual string Detail => "";

    /// <summary>The shape of its outputs. By default that of its inputs.</summary>
    /// <param name="input">The shape of its inputs.</param>
    /// <exception cref="ArgumentException">It cannot read such inputs; the message says why and what to do.</exception>
    public virtual TensorShape OutputShape(TensorShape input) => input;

    /// <summary>Checks its options.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message states the value and the remedy.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>Builds what computes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="place">Where in a network it stands.</param>
    public abstract Layer<T> Compile<T>(LayerPlace place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Its kind and its main figures, such as <c>Dense(256)</c>.</summary>
    public sealed override string ToString() => Detail.Length == 0 ? GetType().Name : FormattableString.Invariant($"{GetType().Name}({Detail})");

    /// <summary>
    /// The layer, if there is one, that with other parameters computes what this one and scalings of its inputs or outputs do at prediction; see
    /// <see cref="Layer{T}.WriteAbsorbed"/>.
    /// </summary>
    internal virtual LayerSpec? Absorbing => null;

    /// <summary>The schedule whose factor its layer wants in <see cref="Pass{T}.ScheduleFactor"/>; null if it has none.</summary>
    internal virtual Schedule? OwnSchedule => null;

    /// <summary>
    /// The layer, if there is one, that with other parameters computes what this one does at prediction, and faster; see
    /// <see cref="Layer{T}.WriteAtPrediction"/>.
    /// </summary>
    internal virtual LayerSpec? AtPrediction => null;

    /// <summary>Its inputs that are outputs as they are, and where. By default none.</summary>
    internal virtual IEnumerable<ColumnRun> PassedInputs(int inputs) => [];

    /// <summary>Whether it has all of some traits.</summary>
    internal bool Has(LayerTraits traits) => (Traits & traits) == traits;
}
