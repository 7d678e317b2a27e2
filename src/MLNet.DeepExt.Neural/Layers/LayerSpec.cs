using System.Numerics;
using MLNet.DeepExt.Neural.Initializers;

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

/// <summary>Where in a network a layer stands.</summary>
/// <param name="Index">Its number, counted from 0.</param>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Following">The layers after it.</param>
/// <param name="Slots">Where it gets parameters and buffers.</param>
internal sealed record LayerPlace(int Index, int Inputs, IReadOnlyList<LayerSpec> Following, SlotAllocator Slots);

/// <summary>A layer that says which initializer suits a <see cref="Dense"/> whose outputs it reads.</summary>
internal interface ISuggestsInitializer
{
    Initializer Suggested { get; }
}

/// <summary>A layer that subtracts the mean of each input, so that a bias before it would have no effect.</summary>
internal interface ISubtractsMean;

/// <summary>A layer that passes its inputs on unchanged when the network predicts.</summary>
internal interface IIdentityAtPrediction;
