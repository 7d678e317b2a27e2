using System.Numerics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>One layer of a network as data: what it is, not what it has learned. Equal by value.</summary>
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
