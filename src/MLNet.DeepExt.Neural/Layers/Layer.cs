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
/// <see cref="BackwardSplit"/>. So that a network gives the same bits for any number of threads, what a worker computes of an element must
/// not depend on the rectangle that the element is in. One compiled layer may serve several networks of one description.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputs">Features that it reads of each line.</param>
/// <param name="outputs">Features that it gives for each line.</param>
public abstract class Layer<T>(int inputs, int outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Features that it reads of each line.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Features that it gives for each line.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>What it learns: its slots in the parameter vector. Default none.</summary>
    public virtual IReadOnlyList<Slot> Parameters => [];

    /// <summary>Its running statistics. Default none.</summary>
    public virtual IReadOnlyList<Slot> Buffers => [];

    /// <summary>Whether it has parameters.</summary>
    public bool Learns => Parameters.Count > 0;

    /// <summary>
    /// How <see cref="Forward"/> is shared out. <see cref="Split.Any"/> is for layers that compute every element of y from the same element of x
    /// alone: y may then be the memory of x.
    /// </summary>
    public abstract Split ForwardSplit { get; }

    /// <summary>How <see cref="BackwardInput"/> is shared out, in the same way.</summary>
    public abstract Split BackwardSplit { get; }

    /// <summary>Whether going backward reads x.</summary>
    public abstract bool BackwardReadsX { get; }

    /// <summary>Whether going backward reads y. Where it does not, the layer after it may write its own outputs there.</summary>
    public abstract bool BackwardReadsY { get; }

    /// <summary>Elements that the layer keeps from forward to backward: so many for each line, and a number of its own. Default 0.</summary>
    /// <param name="capacity">Lines of the largest batch.</param>
    public virtual int MemoLength(int capacity) => 0;

    /// <summary>
    /// Sets the parameters, all 0 before, to where training begins. Values are written by logical row-major order. By default they stay 0.
    /// </summary>
    /// <param name="random">The layer's own source of random numbers.</param>
    /// <param name="write">Stores a slot's values.</param>
    public virtual void Initialize(CounterRandom random, SlotWriter<T> write)
    {
    }

    /// <summary>Writes y of the rectangle.</summary>
    /// <param name="pass">Where x and y are.</param>
    /// <param name="share">Lines and columns of y.</param>
    public abstract void Forward(in Pass<T> pass, in Rectangle share);

    /// <summary>Writes dx of the rectangle.</summary>
    /// <param name="pass">Where dy and dx are.</param>
    /// <param name="share">Lines and columns of dx.</param>
    public abstract void BackwardInput(in Pass<T> pass, in Rectangle share);

    /// <summary>
    /// Writes ∂J/∂θ of a part of one slot. A layer with parameters has to. It must not read the parameters: another worker may be updating them.
    /// Keep what it needs of them in the memo.
    /// </summary>
    /// <param name="pass">Where x and dy are.</param>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="from">Where the part begins in the slot, a multiple of 16.</param>
    /// <param name="gradient">The gradient of the part, a multiple of 16 long.</param>
    /// <param name="accumulate">Whether the gradient is added to what stands there.</param>
    public virtual void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate) =>
        throw new NotSupportedException($"{GetType().Name} has parameters but no gradient for them; override BackwardParameters.");

    /// <summary>Takes down what the layer computes at prediction.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">The name of its inputs, (lines, inputs), there.</param>
    /// <param name="read">Reads what the layer has learned.</param>
    /// <returns>The name of its outputs, (lines, outputs).</returns>
    /// <exception cref="NotSupportedException">It has no such description.</exception>
    public virtual string Describe(IOperatorGraph graph, string x, SlotReader<float> read) => throw Layer.NotDescribed(this);

    /// <summary>What the layer does at prediction if that is y = x·scale + shift for each column. Default null: it is not.</summary>
    /// <param name="read">Reads what the layer has learned.</param>
    public virtual ColumnScaling? ScalingAtPrediction(SlotReader<T> read) => null;

    /// <summary>
    /// Of a layer that reads two values: the line of y whose gradient is that of a line of the second one. By default the same.
    /// </summary>
    internal virtual int LineOfSkip(int line) => line;

    /// <summary>Takes down what a layer that reads two values computes at prediction, as <see cref="Describe"/> does for one.</summary>
    internal virtual string DescribeWithSkip(IOperatorGraph graph, string x, string skip) => throw Layer.NotDescribed(this);

    /// <summary>
    /// The gradient of a parameter of which only the lines that a batch touches are updated; null, the default, where it is updated whole.
    /// </summary>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="sparseRows">Whether the rows that the layer reads leave zeros out.</param>
    internal virtual RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) => null;

    /// <summary>
    /// Writes the parameters of a layer that computes what this one and the scalings beside it do at prediction. Only where
    /// <see cref="LayerSpec.Absorbing"/> gives one.
    /// </summary>
    /// <param name="before">What is done with its inputs; null if nothing.</param>
    /// <param name="after">What is done with its outputs; null if nothing.</param>
    /// <param name="read">Reads what this layer has learned.</param>
    /// <param name="folded">The other layer.</param>
    /// <param name="write">Writes the parameters of the other layer.</param>
    internal virtual void WriteAbsorbed(
        ColumnScaling? before, ColumnScaling? after, SlotReader<T> read, Layer<T> folded, SlotWriter<T> write) =>
        throw new NotSupportedException($"{GetType().Name} absorbs no scaling.");

    /// <summary>
    /// Writes the parameters of a layer that computes what this one does at prediction. Only where <see cref="LayerSpec.AtPrediction"/> gives one.
    /// </summary>
    /// <param name="read">Reads what this layer has learned.</param>
    /// <param name="other">The other layer.</param>
    /// <param name="write">Writes the parameters of the other layer.</param>
    internal virtual void WriteAtPrediction(SlotReader<T> read, Layer<T> other, SlotWriter<T> write) =>
        throw new NotSupportedException($"{GetType().Name} has no other layer for prediction.");
}

/// <summary>What layers of all element types have in common.</summary>
internal static class Layer
{
    /// <summary>A layer, or its description, that cannot be written as standard operators.</summary>
    public static NotSupportedException NotDescribed(object layer) => new(
        $"{layer} has no operators of ONNX, so that a network with it cannot be exported; override Describe in {layer.GetType().Name}.");
}
