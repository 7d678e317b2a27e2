using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// Gradient and update of a lazily updated parameter, for the lines that the batch touches. All other lines and their optimizer state
/// do not change. The dense gradient is never computed.
/// </summary>
/// <remarks>
/// Transforms process consecutive numbers, but touched lines are not adjacent: some dozens of them are copied together, with their state, updated
/// in one run, and copied back.
/// </remarks>
internal sealed class RowSparseUpdate
{
    // The number of lines of 16 that, with their parameters and state, stay in the first-level cache.
    private const int ChunkLines = 64;
    private const int Chunk = ChunkLines * Lanes.Strip;

    private readonly Network<float> _network;
    private readonly UpdateRule _rule;
    private readonly RowSparseGradient<float> _gradient;
    private readonly Memory<float> _state; // (states per parameter, parameters)
    private readonly int _panel;           // the number of elements of one strip: (lines, 16)
    private readonly int _strips;
    private TouchedInputs<float>? _touched; // by the last pass
    private double[] _squares = [];         // (strips · touched lines), may be longer: ‖g‖² of each, if norms are needed

    /// <param name="network">The network.</param>
    /// <param name="rule">The update rule of the parameter.</param>
    /// <param name="range">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="state">The state of the transforms for all parameters.</param>
    public RowSparseUpdate(
        Network<float> network, UpdateRule rule, in ParameterRange range, RowSparseGradient<float> gradient, Memory<float> state)
    {
        _network = network;
        _rule = rule;
        Range = range;
        _gradient = gradient;
        _state = state;
        _panel = network.Parameters.Slots[range.Slot].Shape.Rows * Lanes.Strip;
        _strips = (range.To - range.From) / _panel;
    }

    /// <summary>The elements of θ that are updated, and their factors.</summary>
    public ParameterRange Range { get; }

    private int Lines => _strips * _touched!.Count;

    /// <summary>Finds the lines that a batch touches. One worker calls it after all workers have finished the backward pass.</summary>
    /// <param name="workspace">The workspace of the pass.</param>
    /// <param name="needsNorms">True if <see cref="Square"/> will be called.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Touch(Workspace<float> workspace, bool needsNorms)
    {
        _touched = _gradient.Touch(_network.PassOf(workspace, Range.Layer));
        if (needsNorms && _squares.Length < Lines)
            _squares = new double[Math.Max(Lines, 2 * _squares.Length)];
    }

    /// <summary>Returns ‖g‖² of the parameter, after all workers have finished <see cref="Square"/>. The order of the sum is fixed.</summary>
    public double SquaredNorm()
    {
        double sum = 0;
        foreach (double square in _squares.AsSpan(0, Lines))
            sum += square;
        return sum;
    }

    /// <summary>Computes one worker's share of the norm. The gradient is computed for it, and again for the update.</summary>
    /// <param name="workspace">The workspace of the pass.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="steps">[stage]: the step, for the stages before the one that needs the norm.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Square(Workspace<float> workspace, Worker worker, ReadOnlySpan<TransformStep> steps)
    {
        Span<float> gradient = stackalloc float[Chunk];
        Span<float> parameters = stackalloc float[Chunk];
        Pass<float> pass = _network.PassOf(workspace, Range.Layer);
        (int line, int to) = worker.Share(Lines);
        while (line < to)
        {
            Run run = RunFrom(line, to);
            Span<float> g = gradient[..run.Length], p = parameters[..run.Length];
            _gradient.Compute(pass, _touched!, run.Place, run.Strip, g);
            PanelLines.Gather<float>(PanelOf(_network.Parameters.Values, run), LinesOf(run), p);
            _rule.Apply(0, steps.Length, g, p, default, steps);
            for (int i = 0; i < run.Lines; i++)
                _squares[line + i] = Norms.Squared<float>(g.Slice(i * Lanes.Strip, Lanes.Strip));
            line += run.Lines;
        }
    }

    /// <summary>Applies one worker's share of the update.</summary>
    /// <param name="workspace">The workspace of the pass.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="steps">[stage]: the step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Workspace<float> workspace, Worker worker, ReadOnlySpan<TransformStep> steps)
    {
        int states = _rule.StatesPerParameter, parameterCount = _network.Parameters.Values.Length;
        Span<float> gradient = stackalloc float[Chunk];
        Span<float> parameters = stackalloc float[Chunk];
        Span<float> state = stackalloc float[states * Chunk];
        Pass<float> pass = _network.PassOf(workspace, Range.Layer);
        (int line, int to) = worker.Share(Lines);
        while (line < to)
        {
            Run run = RunFrom(line, to);
            ReadOnlySpan<int> lines = LinesOf(run);
            Span<float> g = gradient[..run.Length], p = parameters[..run.Length], panel = PanelOf(_network.Parameters.Values, run);
            _gradient.Compute(pass, _touched!, run.Place, run.Strip, g);
            PanelLines.Gather<float>(panel, lines, p);
            for (int i = 0; i < states; i++)
                PanelLines.Gather<float>(PanelOf(_state.Span[(i * parameterCount)..], run), lines, state.Slice(i * Chunk, run.Length));
            _rule.Apply(0, steps.Length, g, p, new TransformState<float>(state, Chunk, 0, run.Length), steps);
            for (int i = 0; i < states; i++)
                PanelLines.Scatter<float>(state.Slice(i * Chunk, run.Length), lines, PanelOf(_state.Span[(i * parameterCount)..], run));
            Elementwise.Subtract<float>(g, p);
            PanelLines.Scatter<float>(p, lines, panel);
            RefreshTransposed(lines, run);
            line += run.Lines;
        }
    }

    // A transposed copy exists only if the gradient of the layer's input needs it.
    private void RefreshTransposed(ReadOnlySpan<int> lines, in Run run)
    {
        if (_network.Parameters.Transposed is not { } transposed || transposed.From > Range.From)
            return;
        foreach (int line in lines)
        {
            int from = Range.From + run.Strip * _panel + line * Lanes.Strip;
            transposed.Refresh(_network.Parameters.Values, from, from + Lanes.Strip);
        }
    }

    // The lines of one strip, at most one chunk.
    private Run RunFrom(int line, int to)
    {
        int touched = _touched!.Count, place = line % touched;
        return new Run(line / touched, place, Math.Min(Math.Min(ChunkLines, to - line), touched - place));
    }

    private ReadOnlySpan<int> LinesOf(in Run run) => _touched!.Inputs.Slice(run.Place, run.Lines);

    // vector: in the layout of θ.
    private Span<float> PanelOf(Span<float> vector, in Run run) => vector.Slice(Range.From + run.Strip * _panel, _panel);

    /// <summary>Lines of a strip that are processed together.</summary>
    /// <param name="Strip">The strip.</param>
    /// <param name="Place">The index of the first line among the touched lines.</param>
    /// <param name="Lines">The number of lines.</param>
    private readonly record struct Run(int Strip, int Place, int Lines)
    {
        public int Length => Lines * Lanes.Strip;
    }
}
