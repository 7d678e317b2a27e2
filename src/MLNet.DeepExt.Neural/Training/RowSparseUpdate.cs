using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Gradient and update of a first Dense over sparse rows, for the inputs that the batch touches alone: the weights of any
/// other input, and what the optimizer remembers of them, stand still. No gradient is ever written out.
/// </summary>
/// <remarks>
/// Optimizers work on runs of numbers, and touched inputs lie apart: some dozens of their lines are brought together, with
/// their state, updated as one run, and brought back.
/// </remarks>
internal sealed class RowSparseUpdate
{
    // Lines of 16 that together with their state stay in the first-level cache.
    private const int ChunkLines = 64;
    private const int Chunk = ChunkLines * Lanes.Strip;

    private readonly Network<float> _network;
    private readonly Optimizer _optimizer;
    private readonly Memory<float> _state; // (states per parameter, parameters)
    private readonly int _panel;           // elements of one strip of the weights: (inputs, 16)

    public RowSparseUpdate(Network<float> network, Optimizer optimizer, Memory<float> state)
    {
        network.RequireSparseInput();
        _network = network;
        _optimizer = optimizer;
        _state = state;
        Weight = ((DenseLayer<float>)network.Layers[0]).Weight;
        _panel = Weight.Shape.Rows * Lanes.Strip;
    }

    /// <summary>The weights that it updates, and nobody else does.</summary>
    public Slot Weight { get; }

    /// <summary>One worker's share. Every worker must have gone backward to the outputs of the layer.</summary>
    /// <param name="workspace">One whose last pass was over sparse rows.</param>
    /// <param name="worker">Who does it.</param>
    /// <param name="step">Which update of the training this is, counted from 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Workspace<float> workspace, Worker worker, long step)
    {
        TouchedInputs<float> touched = workspace.TouchedInputsOf(0)!;
        if (touched.Count == 0)
            return;
        Span<float> update = stackalloc float[Chunk];
        Span<float> state = stackalloc float[_optimizer.StatesPerParameter * Chunk];
        (int line, int to) = worker.Share(touched.Count * (Weight.Length / _panel));
        while (line < to)
        {
            int strip = line / touched.Count, place = line % touched.Count;
            int lines = Math.Min(Math.Min(ChunkLines, to - line), touched.Count - place);
            Update(workspace, touched, strip, place, update[..(lines * Lanes.Strip)], state, step);
            line += lines;
        }
    }

    // update: (lines, 16); state: (states per parameter, chunk).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(
        Workspace<float> workspace, TouchedInputs<float> touched, int strip, int place, Span<float> update, Span<float> state, long step)
    {
        int lines = update.Length / Lanes.Strip;
        ReadOnlySpan<int> inputs = touched.Inputs.Slice(place, lines);
        DenseBlock<float> dy = workspace.GradientOf(0)!;
        SparseProduct.MultiplyTransposed(
            touched.Starts.Slice(place, lines + 1), touched.Rows, touched.Values, dy.Data[(strip * Lanes.Strip)..], dy.Stride, update,
            accumulate: false);

        int start = Weight.Offset + strip * _panel;
        for (int i = 0; i < _optimizer.StatesPerParameter; i++)
            PanelLines.Gather<float>(StateOf(i, start), inputs, state.Slice(i * Chunk, update.Length));
        _optimizer.Transform(update, new OptimizerState<float>(state, Chunk, 0, update.Length), new UpdateStep(step, _optimizer.LearningRate));
        for (int i = 0; i < _optimizer.StatesPerParameter; i++)
            PanelLines.Scatter<float>(state.Slice(i * Chunk, update.Length), inputs, StateOf(i, start));
        PanelLines.Subtract<float>(update, inputs, _network.Parameters.Values.Slice(start, _panel));
        RefreshTransposed(inputs, start);
    }

    // Training needs no transposed copy of the first weights, but the network has one where somebody wants its input's gradient.
    private void RefreshTransposed(ReadOnlySpan<int> inputs, int start)
    {
        if (_network.Parameters.Transposed is not { } transposed || transposed.From > Weight.Offset)
            return;
        foreach (int input in inputs)
        {
            int line = start + input * Lanes.Strip;
            transposed.Refresh(_network.Parameters.Values, line, line + Lanes.Strip);
        }
    }

    // What the optimizer remembers of a strip: (inputs, 16).
    private Span<float> StateOf(int index, int start) => _state.Span.Slice(index * _network.Parameters.Values.Length + start, _panel);
}
