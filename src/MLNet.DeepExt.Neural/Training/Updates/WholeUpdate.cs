using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>Passes whole parameters, in row-major order, to transforms that need them. Each parameter is processed by one worker.</summary>
internal sealed class WholeUpdate
{
    private readonly Network<float> _network;
    private readonly Optimizer _optimizer;
    private readonly ParameterRange[] _ranges; // sorted by descending work area, to balance the workers
    private readonly Memory<float>[] _scratch; // [worker]: allocated in its first step, if it has a parameter

    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="slots">A range for each trained parameter.</param>
    public WholeUpdate(Network<float> network, Optimizer optimizer, UpdatePlan slots)
    {
        _network = network;
        _optimizer = optimizer;
        _ranges = [.. slots.Ranges.ToArray().Where(range => range.HasGradient).OrderByDescending(ScratchLength)];
        _scratch = new Memory<float>[_ranges.Length];
    }

    /// <summary>The parameters in the order in which workers take them.</summary>
    public ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>
    /// The number of elements of the work area of a parameter: gradient, parameters and state in row-major order, and the work area of the optimizer.
    /// </summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="shape">Its rows and columns.</param>
    public static long ScratchLength(Optimizer optimizer, Shape shape) =>
        (2L + optimizer.StatesPerParameter) * shape.Count + optimizer.ScratchLength(shape);

    /// <summary>Applies a stage to one parameter.</summary>
    /// <param name="worker">The worker. Worker i of n takes the parameters i, i + n, i + 2n, ...</param>
    /// <param name="stage">Its transforms.</param>
    /// <param name="range">The parameter.</param>
    /// <param name="gradient">Its part of the gradient, in the layout of memory.</param>
    /// <param name="state">The state of all transforms for all parameters: (states per parameter, parameters).</param>
    /// <param name="step">The step.</param>
    public void Apply(
        Worker worker, UpdateStage stage, in ParameterRange range, Span<float> gradient, Memory<float> state, in TransformStep step)
    {
        ref Memory<float> scratch = ref _scratch[worker.Index];
        if (scratch.IsEmpty)
            scratch = AlignedMemory.Allocate<float>(checked((int)ScratchLength(_ranges[worker.Index])));
        Slot slot = _network.Parameters.Slots[range.Slot];
        int count = slot.Shape.Count, parameters = _network.Parameters.Values.Length, states = state.Length / parameters;
        Span<float> all = scratch.Span, g = all[..count], p = all.Slice(count, count), s = all.Slice(2 * count, states * count);
        ParameterStore<float>.ReadPart(slot, gradient, g);
        ParameterStore<float>.ReadFrom(slot, _network.Parameters.Values, p);
        for (int i = 0; i < states; i++)
            ParameterStore<float>.ReadFrom(slot, state.Span.Slice(i * parameters, parameters), s.Slice(i * count, count));

        var own = new TransformState<float>(s, count, 0, count) { Scratch = all[((2 + states) * count)..] };
        stage.Apply(g, p, own, step with { Shape = slot.Shape });

        ParameterStore<float>.WritePart(slot, g, gradient);
        for (int i = 0; i < states; i++)
            ParameterStore<float>.WriteTo(slot, s.Slice(i * count, count), state.Span.Slice(i * parameters, parameters));
    }

    private long ScratchLength(ParameterRange range) => ScratchLength(_optimizer, _network.Parameters.Slots[range.Slot].Shape);
}
