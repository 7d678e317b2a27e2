using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A compiled layer. It is stateless: parameters, activations and values saved for the backward pass are passed to it
/// in a <see cref="Pass{T}"/>. The remarks of <see cref="Pass{T}"/> define which spans may alias and when each is written.
/// </summary>
/// <remarks>
/// Each method is called once per batch and worker and writes its rectangle of the result: of y in the forward pass, of dx in the backward pass.
/// A barrier, which the network places by <see cref="ForwardSplit"/> and <see cref="BackwardSplit"/>, precedes all reads of other workers' results.
/// A network must give the same bits for any number of threads, so the result of an element must not depend on the rectangle
/// that contains it. One compiled layer may be used by several networks of the same description.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputs">The number of input features of each line.</param>
/// <param name="outputs">The number of output features of each line.</param>
public abstract class Layer<T>(int inputs, int outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of input features of each line.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>The number of output features of each line.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>The parameters of the layer. Default: none.</summary>
    public virtual IReadOnlyList<Slot> Parameters => [];

    /// <summary>The running statistics of the layer. Default: none.</summary>
    public virtual IReadOnlyList<Slot> Buffers => [];

    /// <summary>True if the layer has parameters.</summary>
    public bool Learns => Parameters.Count > 0;

    /// <summary>
    /// How <see cref="Forward"/> is divided between workers. <see cref="Split.Any"/> is for layers in which every element of y depends only on the
    /// same element of x; y may then share the memory of x.
    /// </summary>
    public abstract Split ForwardSplit { get; }

    /// <summary>How <see cref="BackwardInput"/> is divided between workers.</summary>
    public abstract Split BackwardSplit { get; }

    /// <summary>True if the backward pass reads x.</summary>
    public abstract bool BackwardReadsX { get; }

    /// <summary>True if the backward pass reads y. If false, the next layer may overwrite y with its own outputs.</summary>
    public abstract bool BackwardReadsY { get; }

    /// <summary>The number of elements that the layer saves in the forward pass for the backward pass. Default 0.</summary>
    /// <param name="capacity">The number of lines of the largest batch.</param>
    public virtual int MemoLength(int capacity) => 0;

    /// <summary>
    /// Writes the initial values of the parameters, which are 0 before. Values are written in row-major order. By default they stay 0.
    /// </summary>
    /// <param name="random">The random numbers of this layer.</param>
    /// <param name="write">Stores the values of a parameter.</param>
    public virtual void Initialize(CounterRandom random, SlotWriter<T> write)
    {
    }

    /// <summary>Computes the rectangle of y.</summary>
    /// <param name="pass">The pass, which holds x and y.</param>
    /// <param name="share">The lines and columns of y to write.</param>
    public abstract void Forward(in Pass<T> pass, in Rectangle share);

    /// <summary>Computes the rectangle of dx.</summary>
    /// <param name="pass">The pass, which holds dy and dx.</param>
    /// <param name="share">The lines and columns of dx to write.</param>
    public abstract void BackwardInput(in Pass<T> pass, in Rectangle share);

    /// <summary>
    /// Writes ∂J/∂θ of a part of one parameter. A layer with parameters must override it. It must not read the parameters, because another worker
    /// may be updating them; save in the forward pass what it needs of them.
    /// </summary>
    /// <param name="pass">The pass, which holds x and dy.</param>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="from">The first element of the part, a multiple of 16.</param>
    /// <param name="gradient">Receives the gradient of the part. Its length is a multiple of 16.</param>
    /// <param name="accumulate">True to add the gradient to the existing values, false to overwrite them.</param>
    public virtual void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate) =>
        throw new NotSupportedException($"{GetType().Name} has parameters but no gradient for them; override BackwardParameters.");

    /// <summary>Writes the computation of the layer at prediction as ONNX operators.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="x">The name of its inputs, (lines, inputs), in the graph.</param>
    /// <param name="read">Reads the learned parameters and statistics.</param>
    /// <returns>The name of its outputs, (lines, outputs), in the graph.</returns>
    /// <exception cref="NotSupportedException">The layer has no ONNX operators.</exception>
    public virtual string Emit(IOperatorGraph graph, string x, SlotReader<float> read) => throw Layer.NotEmitted(this);

    /// <summary>The function of the layer at prediction if it is y = x·scale + shift for each column. Default null: it is a different
    /// function.</summary>
    /// <param name="read">Reads the learned parameters and statistics.</param>
    public virtual ColumnScaling? ScalingAtPrediction(SlotReader<T> read) => null;

    /// <summary>
    /// For a layer with two inputs: the line of y that gives the gradient of a line of the second input. By default the line with the same index.
    /// </summary>
    internal virtual int LineOfSkip(int line) => line;

    /// <summary>Writes the computation of a layer with two inputs at prediction as ONNX operators; see <see cref="Emit"/>.</summary>
    internal virtual string EmitWithSkip(IOperatorGraph graph, string x, string skip) => throw Layer.NotEmitted(this);

    /// <summary>
    /// The gradient of a parameter of which only the lines that a batch touches are updated. Null (default) if the parameter is updated completely.
    /// </summary>
    /// <param name="slot">One of <see cref="Parameters"/>.</param>
    /// <param name="sparseRows">True if the input rows are sparse.</param>
    internal virtual RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) => null;

    /// <summary>
    /// Writes the parameters of a layer that computes this layer and the adjacent scalings at prediction. Called only if
    /// <see cref="LayerSpec.Absorbing"/> is not null.
    /// </summary>
    /// <param name="before">The scaling of its inputs; null if there is none.</param>
    /// <param name="after">The scaling of its outputs; null if there is none.</param>
    /// <param name="read">Reads the learned parameters and statistics of this layer.</param>
    /// <param name="folded">The other layer.</param>
    /// <param name="write">Writes the parameters of the other layer.</param>
    internal virtual void WriteAbsorbed(
        ColumnScaling? before, ColumnScaling? after, SlotReader<T> read, Layer<T> folded, SlotWriter<T> write) =>
        throw new NotSupportedException($"{GetType().Name} cannot absorb a scaling.");

    /// <summary>
    /// Writes the parameters of a layer that computes this layer at prediction. Called only if <see cref="LayerSpec.AtPrediction"/> is not null.
    /// </summary>
    /// <param name="read">Reads the learned parameters and statistics of this layer.</param>
    /// <param name="other">The other layer.</param>
    /// <param name="write">Writes the parameters of the other layer.</param>
    internal virtual void WriteAtPrediction(SlotReader<T> read, Layer<T> other, SlotWriter<T> write) =>
        throw new NotSupportedException($"{GetType().Name} has no separate layer for prediction.");
}

/// <summary>Members of layers that do not depend on the element type.</summary>
internal static class Layer
{
    /// <summary>Creates the exception for a layer without ONNX operators.</summary>
    public static NotSupportedException NotEmitted(object layer) => new(
        $"{layer} has no ONNX operators, so a network with it cannot be exported; override Emit in {layer.GetType().Name}.");
}
