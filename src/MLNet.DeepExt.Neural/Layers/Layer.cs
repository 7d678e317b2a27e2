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

    /// <summary>Elements that the layer keeps from forward to backward.</summary>
    /// <param name="capacity">Rows of the largest batch.</param>
    public abstract int MemoLength(int capacity);

    /// <summary>Writes y of the rectangle.</summary>
    public abstract void Forward(in Pass<T> pass, in Rectangle share);

    /// <summary>Writes dx of the rectangle.</summary>
    public abstract void BackwardInput(in Pass<T> pass, in Rectangle share);
}

/// <summary>A compiled layer that learns.</summary>
internal abstract class ParameterLayer<T>(int inputs, int outputs) : Layer<T>(inputs, outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Its slots in the parameter vector.</summary>
    public abstract IReadOnlyList<Slot> Parameters { get; }

    /// <summary>Its running statistics.</summary>
    public abstract IReadOnlyList<Slot> Buffers { get; }

    /// <summary>Sets the parameters, all 0 before, to where training begins. Values are written by logical row-major order.</summary>
    /// <param name="random">The layer's own source of random numbers.</param>
    /// <param name="write">Stores a slot's values.</param>
    public abstract void Initialize(CounterRandom random, SlotWriter<T> write);

    /// <summary>Writes ∂J/∂θ of a part of one slot.</summary>
    /// <param name="pass">Where x and dy are.</param>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="from">Where the part begins in the slot, a multiple of 16.</param>
    /// <param name="gradient">The gradient of the part, a multiple of 16 long.</param>
    /// <param name="accumulate">Whether the gradient is added to what stands there.</param>
    public abstract void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate);
}

/// <summary>Stores the values of a slot, row-major.</summary>
internal delegate void SlotWriter<T>(Slot slot, ReadOnlySpan<T> rowMajor);

/// <summary>A layer that at prediction is x·scale + shift for each column, so that a <see cref="Dense"/> before it can absorb it.</summary>
internal interface IColumnScaling<T>
{
    /// <summary>Computes scale and shift: (width) each.</summary>
    void ScalingAtPrediction(ReadOnlySpan<T> parameters, ReadOnlySpan<T> buffers, Span<double> scale, Span<double> shift);
}
