using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// Gradient and update of the weights of a first layer over sparse rows, for the inputs that the batch touches alone: the weights of any
/// other input, and what the optimizer remembers of them, stand still. No gradient is ever written out.
/// </summary>
/// <remarks>
/// Transforms work on runs of numbers, and touched inputs lie apart: some dozens of their lines are brought together, with
/// their state, updated as one run, and brought back.
/// </remarks>
internal sealed class RowSparseUpdate
{
    // Lines of 16 that together with their parameters and state stay in the first-level cache.
    private const int ChunkLines = 64;
    private const int Chunk = ChunkLines * Lanes.Strip;

    private readonly Network<float> _network;
    private readonly UpdateRule _rule;
    private readonly ParameterRange _weight;
    private readonly Memory<float> _state; // (states per parameter, parameters)
    private readonly int _panel;           // elements of one strip of the weights: (inputs, 16)
    private double[] _squares = [];        // (touched inputs · strips): ‖g‖² of each line, where norms are needed

    /// <param name="network">One whose first layer has a gradient for the inputs that a batch touches alone.</param>
    /// <param name="rule">How its weights are updated.</param>
    /// <param name="weight">These weights.</param>
    /// <param name="state">What the transforms remember of all parameters.</param>
    /// <exception cref="ArgumentException">A transform needs norms of what one with a memory makes, which takes all weights at once.</exception>
    public RowSparseUpdate(Network<float> network, UpdateRule rule, in ParameterRange weight, Memory<float> state)
    {
        network.RequireSparseInput();
        _network = network;
        _rule = rule;
        _weight = weight;
        _state = state;
        _panel = network.Spec.Inputs * Lanes.Strip;
        ReadOnlySpan<UpdateStage> stages = rule.Stages;
        for (int stage = 1; stage < stages.Length; stage++)
        {
            if (stages[stage].Reach == TransformReach.Norms && !Array.TrueForAll(stages[..stage].ToArray(), before => before.IsStateless))
            {
                throw new ArgumentException(
                    $"The optimizer {rule.Optimizer.GetType().Name} needs norms of the update after a transform with a memory, which is not "
                    + "possible where rows leave zeros out, because weights are then updated row by row; put clipping before the optimizer.",
                    nameof(TrainingOptions.Optimizer));
            }
        }
    }

    /// <summary>The number of the parameter among those of the network.</summary>
    public int Slot => _weight.Slot;

    /// <summary>Which update of which range it is.</summary>
    public ParameterRange Range => _weight;

    /// <summary>The parameter of a network that is updated row by row where its rows leave zeros out: the first one, or none.</summary>
    public static Slot? SlotOf(Network<float> network) =>
        network.Layers is [ParameterLayer<float> first, ..] && first.HasGradientOfTouchedInputsAlone(first.Parameters[0]) ? first.Parameters[0] : null;

    /// <summary>‖g‖² of the weights, after every worker has finished <see cref="Square"/>; it is added in one order.</summary>
    public double SquaredNormOf(Workspace<float> workspace)
    {
        double sum = 0;
        foreach (double square in _squares.AsSpan(0, LinesOf(workspace)))
            sum += square;
        return sum;
    }

    /// <summary>Makes room for norms. One thread does it, before <see cref="Square"/>.</summary>
    public void ReserveSquares(Workspace<float> workspace)
    {
        if (_squares.Length < LinesOf(workspace))
            _squares = new double[LinesOf(workspace)];
    }

    /// <summary>One worker's share of the norm. The gradient is computed for it, and once more for the update.</summary>
    /// <param name="workspace">One whose last pass was over sparse rows.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="steps">[stage]: which update it is.</param>
    /// <param name="stage">The stage that needs the norm; those before it are applied.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Square(Workspace<float> workspace, Worker worker, ReadOnlySpan<TransformStep> steps, int stage)
    {
        Span<float> gradient = stackalloc float[Chunk];
        Span<float> parameters = stackalloc float[Chunk];
        TouchedInputs<float> touched = workspace.TouchedInputsOf(0)!;
        (int line, int to) = worker.Share(LinesOf(workspace));
        while (line < to)
        {
            Run run = RunFrom(touched, line, to);
            ComputeGradient(workspace, touched, run, gradient[..run.Length], parameters[..run.Length]);
            for (int before = 0; before < stage; before++)
                _rule.Stages[before].Apply(gradient[..run.Length], parameters[..run.Length], default, steps[before]);
            for (int i = 0; i < run.Lines; i++)
                _squares[line + i] = Norms.Squared<float>(gradient.Slice(i * Lanes.Strip, Lanes.Strip));
            line += run.Lines;
        }
    }

    /// <summary>One worker's share. Every worker must have gone backward to the outputs of the layer.</summary>
    /// <param name="workspace">One whose last pass was over sparse rows.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="steps">[stage]: which update it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Workspace<float> workspace, Worker worker, ReadOnlySpan<TransformStep> steps)
    {
        Span<float> gradient = stackalloc float[Chunk];
        Span<float> parameters = stackalloc float[Chunk];
        Span<float> state = stackalloc float[_rule.StatesPerParameter * Chunk];
        TouchedInputs<float> touched = workspace.TouchedInputsOf(0)!;
        (int line, int to) = worker.Share(LinesOf(workspace));
        while (line < to)
        {
            Run run = RunFrom(touched, line, to);
            ComputeGradient(workspace, touched, run, gradient[..run.Length], parameters[..run.Length]);
            Apply(touched.Inputs.Slice(run.Place, run.Lines), run, gradient[..run.Length], parameters[..run.Length], state, steps);
            line += run.Lines;
        }
    }

    // gradient, parameters: (lines, 16); state: (states per parameter, chunk).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(
        ReadOnlySpan<int> inputs, in Run run, Span<float> gradient, Span<float> parameters, Span<float> state, ReadOnlySpan<TransformStep> steps)
    {
        int start = StartOf(run);
        for (int i = 0; i < _rule.StatesPerParameter; i++)
            PanelLines.Gather<float>(StateOf(i, start), inputs, state.Slice(i * Chunk, run.Length));
        for (int stage = 0; stage < steps.Length; stage++)
            _rule.Stages[stage].Apply(gradient, parameters, new TransformState<float>(state, Chunk, 0, run.Length), steps[stage]);
        for (int i = 0; i < _rule.StatesPerParameter; i++)
            PanelLines.Scatter<float>(state.Slice(i * Chunk, run.Length), inputs, StateOf(i, start));
        Elementwise.Subtract<float>(gradient, parameters);
        PanelLines.Scatter<float>(parameters, inputs, _network.Parameters.Values.Slice(start, _panel));
        RefreshTransposed(inputs, start);
    }

    // gradient: (lines, 16); parameters: (lines, 16), receives what they are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeGradient(
        Workspace<float> workspace, TouchedInputs<float> touched, in Run run, Span<float> gradient, Span<float> parameters)
    {
        DenseBlock<float> dy = workspace.GradientOf(0)!;
        SparseProduct.MultiplyTransposed(
            touched.Starts.Slice(run.Place, run.Lines + 1), touched.Rows, touched.Values, dy.Data[(run.Strip * Lanes.Strip)..], dy.Stride,
            gradient, accumulate: false);
        ReadOnlySpan<float> panel = _network.Parameters.Values.Slice(StartOf(run), _panel);
        PanelLines.Gather(panel, touched.Inputs.Slice(run.Place, run.Lines), parameters);
    }

    // Training needs no transposed copy of the first weights, but the network has one where somebody wants its input's gradient.
    private void RefreshTransposed(ReadOnlySpan<int> inputs, int start)
    {
        if (_network.Parameters.Transposed is not { } transposed || transposed.From > _weight.From)
            return;
        foreach (int input in inputs)
        {
            int line = start + input * Lanes.Strip;
            transposed.Refresh(_network.Parameters.Values, line, line + Lanes.Strip);
        }
    }

    private int LinesOf(Workspace<float> workspace) =>
        workspace.TouchedInputsOf(0)!.Count * ((_weight.To - _weight.From) / _panel);

    // Lines of one strip, in a chunk at most.
    private static Run RunFrom(TouchedInputs<float> touched, int line, int to)
    {
        int place = line % touched.Count;
        return new Run(line / touched.Count, place, Math.Min(Math.Min(ChunkLines, to - line), touched.Count - place));
    }

    private int StartOf(in Run run) => _weight.From + run.Strip * _panel;

    // What the optimizer remembers of a strip: (inputs, 16).
    private Span<float> StateOf(int index, int start) => _state.Span.Slice(index * _network.Parameters.Values.Length + start, _panel);

    /// <summary>Lines of a strip that are worked on together.</summary>
    /// <param name="Strip">Which strip.</param>
    /// <param name="Place">The first of them among the touched inputs.</param>
    /// <param name="Lines">How many.</param>
    private readonly record struct Run(int Strip, int Place, int Lines)
    {
        public int Length => Lines * Lanes.Strip;
    }
}
