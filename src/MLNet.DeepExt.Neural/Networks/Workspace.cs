using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// The memory of one pass through a network: activations and, for going backward, their gradients. A network can have
/// several, so that one network is passed more than once before going backward; each serves one pass at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseBlock<T>[] _outputs;   // [layer]: (rows, outputs)
    private readonly DenseBlock<T>?[] _gradients; // [layer]: (rows, outputs), ∂J/∂output, null if not requested; empty for inference
    private readonly Memory<T>[] _memos;
    private readonly bool[]? _frozen;            // [layer]; null if none is
    private InputBlock<T>? _input;
    private TouchedInputs<T>? _touched;          // of sparse inputs, for going backward

    internal Workspace(
        Network<T> network, int capacity, bool backward, bool inputGradient, int lowestBackward, IReadOnlySet<int>? frozen)
    {
        IReadOnlyList<Layer<T>> layers = network.Layers;
        Owner = network;
        Capacity = capacity;
        _outputs = Outputs(layers, capacity);
        LowestBackward = lowestBackward;
        _gradients = backward ? Gradients(layers, capacity, lowestBackward) : [];
        _frozen = frozen is { Count: > 0 } ? [.. layers.Select((layer, i) => layer is ParameterLayer<T> && frozen.Contains(i))] : null;
        _memos = [.. layers.Select(layer => AlignedMemory.Allocate<T>(layer.MemoLength(capacity)))];
        InputGradient = inputGradient ? new DenseBlock<T>(capacity, network.Spec.Inputs) : null;
    }

    private Workspace(Network<T> network, PredictionMemory<T> memory, int capacity)
    {
        Owner = network;
        Capacity = capacity;
        LowestBackward = network.Layers.Count;
        _gradients = [];
        _outputs = memory.Outputs(capacity, out Memory<T> saved);
        _memos = [.. network.Layers.Select(layer => saved[..layer.MemoLength(capacity)])];
    }

    /// <summary>
    /// Makes the memory of predictions on one thread: it holds three activations at most, however many layers there are, and of so many rows
    /// that it has no more than <paramref name="mostElements"/> elements, at least of one.
    /// </summary>
    /// <remarks>
    /// After a pass only its output is still there. Workers of a team cannot share the pass: without a barrier between two layers, one
    /// worker would write what another one still reads.
    /// </remarks>
    internal static Workspace<T> ForPrediction(Network<T> network, int mostRows, long mostElements)
    {
        var memory = new PredictionMemory<T>(network);
        return new Workspace<T>(network, memory, WorkingMemory.Rows(mostRows, memory.ElementsPerRow, mostElements));
    }

    /// <summary>The most rows of a pass.</summary>
    public int Capacity { get; }

    /// <summary>What dropout's mask is drawn from, beside the seed: the number of the training step.</summary>
    public long Step { get; set; }

    /// <summary>What dropout's mask is drawn from, beside the step.</summary>
    public int Seed { get; set; }

    /// <summary>What the last forward pass computed: (rows, outputs).</summary>
    public DenseBlock<T> Output => _outputs.Length > 0 ? _outputs[^1] : (DenseBlock<T>)Input;

    /// <summary>∂J/∂output, to be filled before going backward: (rows, outputs). Its padding must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The workspace was made for inference.</exception>
    public DenseBlock<T> OutputGradient
    {
        get
        {
            RequireGradients();
            return _gradients[^1]!;
        }
    }

    /// <summary>∂J/∂input, as the last backward pass left it: (rows, inputs). Null if the workspace was made without.</summary>
    public DenseBlock<T>? InputGradient { get; }

    /// <summary>The network whose passes it serves.</summary>
    internal Network<T> Owner { get; }

    internal InputBlock<T> Input => _input ??
        throw new InvalidOperationException("The workspace has not seen a forward pass; call Network.Forward first.");

    internal ForwardMode Mode { get; private set; }

    /// <summary>The first layer that goes backward to its input; beyond the last one where none does.</summary>
    internal int LowestBackward { get; }

    /// <summary>What passes forward have the outputs of layers measured by; null if not requested.</summary>
    internal ActivationNorms<T>? Activations { get; set; }

    /// <summary>Readies the workspace for a pass. One thread does it, before any worker begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Begin(InputBlock<T> input, ForwardMode mode)
    {
        if (input.Rows == 0)
            throw new ArgumentException("The batch has no rows; a pass needs at least 1.", nameof(input));
        if (input.Rows > Capacity)
        {
            throw new ArgumentException(
                $"The batch has {input.Rows} rows but the workspace was made for {Capacity}; make a larger one.", nameof(input));
        }

        if (input is SparseBlock<T> sparse)
            BeginSparse(sparse);
        _input = input;
        Mode = mode;
        foreach (DenseBlock<T> block in _outputs)
            block.Rows = input.Rows;
        foreach (DenseBlock<T>? block in _gradients)
        {
            if (block is not null)
                block.Rows = input.Rows;
        }

        if (InputGradient is not null)
            InputGradient.Rows = input.Rows;
    }

    // y of an element-wise layer takes the place of its x where x is not read any more; but not of the input, which is the caller's.
    private static DenseBlock<T>[] Outputs(IReadOnlyList<Layer<T>> layers, int capacity)
    {
        var outputs = new DenseBlock<T>[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            bool inPlace = i > 0 && layers[i].ForwardSplit == Split.Any && !layers[i].BackwardReadsX && !layers[i - 1].BackwardReadsY;
            outputs[i] = inPlace ? outputs[i - 1] : new DenseBlock<T>(capacity, layers[i].Outputs);
        }

        return outputs;
    }

    // Nor does anybody else read dy of such a layer, so that dx takes its place; but not of the output's gradient, which is the
    // caller's.
    private static DenseBlock<T>?[] Gradients(IReadOnlyList<Layer<T>> layers, int capacity, int lowestBackward)
    {
        var gradients = new DenseBlock<T>?[layers.Count];
        // The layer below the lowest one that goes backward reads its dy, for its parameters; the output's is always there.
        int lowest = Math.Max(0, Math.Min(lowestBackward, layers.Count) - 1);
        for (int i = layers.Count - 1; i >= lowest; i--)
        {
            bool inPlace = i + 2 < layers.Count && layers[i + 1].BackwardSplit == Split.Any;
            gradients[i] = inPlace ? gradients[i + 1] : new DenseBlock<T>(capacity, layers[i].Outputs);
        }

        return gradients;
    }

    /// <summary>Elements that a pass forward and backward takes for each row, at most: those of layers that work in place count twice.</summary>
    internal static long ElementsPerRow(IReadOnlyList<Layer<T>> layers, int inputs) => layers.Sum(
        layer => 2L * Lanes.Stride(layer.Outputs) + PredictionMemory<T>.SavedPerRow(layer)) + 2L * Lanes.Stride(inputs);

    private void BeginSparse(SparseBlock<T> input)
    {
        Owner.RequireSparseInput();
        if (InputGradient is not null)
        {
            throw new ArgumentException(
                "The rows are sparse but the workspace computes the gradient of the input, which is not; " +
                "give it a DenseBlock, or make it without inputGradient.",
                nameof(input));
        }

        if (_gradients.Length == 0 || IsFrozen(0))
            return;
        _touched ??= new TouchedInputs<T>(input.Width);
        _touched.Read(input);
    }

    internal void RequireGradients()
    {
        if (_gradients.Length == 0)
            throw new InvalidOperationException("The workspace was made for inference and has no gradients; make one with backward: true.");
    }

    /// <summary>What a layer reads; null for a first layer whose inputs are sparse.</summary>
    internal DenseBlock<T>? InputOf(int layer) => layer == 0 ? Input as DenseBlock<T> : _outputs[layer - 1];

    /// <summary>The sparse inputs that a first layer reads; null for any other, or where the inputs are dense.</summary>
    internal SparseBlock<T>? SparseInputOf(int layer) => layer == 0 ? _input as SparseBlock<T> : null;

    /// <summary>Whether a layer keeps what it has learned. Never a layer that has nothing to learn.</summary>
    internal bool IsFrozen(int layer) => _frozen is not null && _frozen[layer];

    /// <summary>What the pass is for, as a layer sees it: to a frozen one it is always a prediction.</summary>
    internal ForwardMode ModeOf(int layer) => IsFrozen(layer) ? ForwardMode.Inference : Mode;

    /// <summary>
    /// The entries of sparse inputs by column; null where the inputs are dense, nothing goes backward or the first layer is frozen.
    /// </summary>
    internal TouchedInputs<T>? TouchedInputsOf(int layer) => SparseInputOf(layer) is null ? null : _touched;

    internal DenseBlock<T> OutputOf(int layer) => _outputs[layer];

    internal DenseBlock<T>? GradientOf(int layer) => _gradients.Length > 0 ? _gradients[layer] : null;

    internal DenseBlock<T>? InputGradientOf(int layer) => layer == 0 ? InputGradient : GradientOf(layer - 1);

    internal Span<T> MemoOf(int layer) => _memos[layer].Span;
}
