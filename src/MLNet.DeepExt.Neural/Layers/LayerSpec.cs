using System.Numerics;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>One layer of a network as data: what it is, not what it has learned. Equal by value.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BatchNorm), nameof(BatchNorm))]
[JsonDerivedType(typeof(CategoryEmbedding), nameof(CategoryEmbedding))]
[JsonDerivedType(typeof(Dense), nameof(Dense))]
[JsonDerivedType(typeof(Dropout), nameof(Dropout))]
[JsonDerivedType(typeof(Elu), nameof(Elu))]
[JsonDerivedType(typeof(Gelu), nameof(Gelu))]
[JsonDerivedType(typeof(LayerNorm), nameof(LayerNorm))]
[JsonDerivedType(typeof(LeakyRelu), nameof(LeakyRelu))]
[JsonDerivedType(typeof(Linear), nameof(Linear))]
[JsonDerivedType(typeof(Mish), nameof(Mish))]
[JsonDerivedType(typeof(Relu), nameof(Relu))]
[JsonDerivedType(typeof(Selu), nameof(Selu))]
[JsonDerivedType(typeof(Sigmoid), nameof(Sigmoid))]
[JsonDerivedType(typeof(Softplus), nameof(Softplus))]
[JsonDerivedType(typeof(Swish), nameof(Swish))]
[JsonDerivedType(typeof(Tanh), nameof(Tanh))]
public abstract record LayerSpec
{
    /// <summary>How many outputs the layer has.</summary>
    /// <param name="inputs">How many inputs it is given.</param>
    public abstract int OutputWidth(int inputs);

    /// <summary>Its name and its main figures, such as <c>Dense(256)</c>.</summary>
    public sealed override string ToString() => Detail.Length == 0 ? GetType().Name : FormattableString.Invariant($"{GetType().Name}({Detail})");

    /// <summary>Its main figures, in the invariant culture; empty if it has none.</summary>
    internal abstract string Detail { get; }

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal abstract void Validate();

    /// <summary>Builds what computes.</summary>
    internal abstract Layer<T> Compile<T>(LayerPlace place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
