using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A compiled layer that learns.</summary>
internal abstract class ParameterLayer<T>(int inputs, int outputs) : Layer<T>(inputs, outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Its slots in the parameter vector.</summary>
    public abstract IReadOnlyList<Slot> Parameters { get; }

    /// <summary>Its running statistics.</summary>
    public abstract IReadOnlyList<Slot> Buffers { get; }

    /// <summary>
    /// The gradient of a parameter of which only the lines that a batch touches are updated; null, the default, where it is updated whole.
    /// </summary>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="sparseRows">Whether the rows that the layer reads leave zeros out.</param>
    public virtual RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) => null;

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
