using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The description of one layer of a network: its kind and options, without learned parameters. Compared by value.</summary>
/// <remarks>
/// A custom layer is a sealed record that derives from this one, with a <see cref="Layer{T}"/> that computes it. A function of each
/// number alone derives from <see cref="Activation"/>.
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
    /// The name of the layer, unique among its siblings. Null (default) for the index among its siblings and its kind, such
    /// as <c>2.dense</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The properties that adjacent layers depend on. Default: none.</summary>
    protected internal virtual LayerTraits Traits => LayerTraits.None;

    /// <summary>
    /// The initializer for a <see cref="Dense"/> whose outputs this layer reads, if the Dense has none. Default null: this layer has no preference.
    /// </summary>
    protected internal virtual Initializer? SuggestedInitializer => null;

    /// <summary>The main options, in the invariant culture, for <see cref="ToString"/>. Default empty.</summary>
    protected internal virtual string Detail => "";

    /// <summary>Returns the shape of the outputs. By default that of the inputs.</summary>
    /// <param name="input">The shape of its inputs.</param>
    /// <exception cref="ArgumentException">The layer cannot read inputs of this shape. The message states the reason and the remedy.</exception>
    public virtual TensorShape OutputShape(TensorShape input) => input;

    /// <summary>Validates the options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range. The message states the value and the remedy.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>Creates the layer that computes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="place">The position of the layer in the network.</param>
    public abstract Layer<T> Compile<T>(LayerPlace place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The kind and the main options, such as <c>Dense(256)</c>.</summary>
    public sealed override string ToString() => Detail.Length == 0 ? GetType().Name : FormattableString.Invariant($"{GetType().Name}({Detail})");

    /// <summary>
    /// The layer that, with other parameters, computes this layer and the scalings of its inputs or outputs at prediction; null if there is none. See
    /// <see cref="Layer{T}.WriteAbsorbed"/>.
    /// </summary>
    internal virtual LayerSpec? Absorbing => null;

    /// <summary>The schedule of <see cref="Pass{T}.ScheduleFactor"/>; null if the layer needs none.</summary>
    internal virtual Schedule? OwnSchedule => null;

    /// <summary>
    /// The layer that, with other parameters, computes this layer at prediction, but faster; null if there is none. See
    /// <see cref="Layer{T}.WriteAtPrediction"/>.
    /// </summary>
    internal virtual LayerSpec? AtPrediction => null;

    /// <summary>The inputs that are passed to the outputs unchanged, and their positions. By default none.</summary>
    internal virtual IEnumerable<ColumnRun> PassedInputs(int inputs) => [];

    /// <summary>True if the layer has all given traits.</summary>
    internal bool Has(LayerTraits traits) => (Traits & traits) == traits;
}
