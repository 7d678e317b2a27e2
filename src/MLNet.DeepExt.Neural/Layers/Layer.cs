using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A compiled layer. It holds no numbers: parameters, activations and what it keeps for going backward are handed to it
/// in a <see cref="Pass{T}"/>, whose remarks say what may be the same memory and what is written when.
/// </summary>
/// <remarks>
/// Each verb is called once per batch and worker and does its rectangle of what it writes: of y forward, of dx backward.
/// All reads of other workers' results lie behind a barrier that the network places by <see cref="ForwardSplit"/> and
/// <see cref="BackwardSplit"/>.
/// </remarks>
internal abstract class Layer<T>(int inputs, int outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Inputs { get; } = inputs;

    public int Outputs { get; } = outputs;

    /// <summary>How the forward verb is shared out.</summary>
    public abstract Split ForwardSplit { get; }

    /// <summary>How the backward verb is shared out.</summary>
    public abstract Split BackwardSplit { get; }

    /// <summary>Whether going backward reads x.</summary>
    public abstract bool BackwardReadsX { get; }

    /// <summary>Whether going backward reads y.</summary>
    public abstract bool BackwardReadsY { get; }

    /// <summary>Elements that the layer keeps from forward to backward.</summary>
    /// <param name="capacity">Rows of the largest batch.</param>
    public abstract int MemoLength(int capacity);

    /// <summary>Writes y of the rectangle.</summary>
    public abstract void Forward(in Pass<T> pass, in Rectangle share);

    /// <summary>Writes dx of the rectangle.</summary>
    public abstract void BackwardInput(in Pass<T> pass, in Rectangle share);

    /// <summary>Takes down what the layer computes at prediction.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">The name of its inputs, (rows, inputs), there.</param>
    /// <param name="read">Reads what the layer has learned.</param>
    /// <returns>The name of its outputs, (rows, outputs).</returns>
    public abstract string Describe(IOperatorGraph graph, string x, SlotReader read);
}
