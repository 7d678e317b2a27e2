using System.Buffers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>Hands whole parameters to transforms that need them, row-major. Each parameter is the work of one worker.</summary>
internal sealed class WholeUpdate
{
    private readonly Network<float> _network;
    private readonly ParameterRange[] _ranges; // the largest first, so that workers get about as much

    /// <param name="network">The network.</param>
    /// <param name="slots">A range for each parameter that learns.</param>
    public WholeUpdate(Network<float> network, UpdatePlan slots)
    {
        _network = network;
        _ranges = [.. slots.Ranges.ToArray().Where(range => range.HasGradient).OrderByDescending(range => range.Length)];
    }

    /// <summary>The parameters in the order in which workers take them, in turn.</summary>
    public ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>Applies a stage to one parameter.</summary>
    /// <param name="stage">Its transforms.</param>
    /// <param name="range">The parameter.</param>
    /// <param name="gradient">Its part of the gradient, as it lies in memory.</param>
    /// <param name="state">What all transforms remember of all parameters: (states per parameter, parameters).</param>
    /// <param name="step">Which step it is.</param>
    public void Apply(UpdateStage stage, in ParameterRange range, Span<float> gradient, Memory<float> state, in TransformStep step)
    {
        Slot slot = _network.Parameters.Slots[range.Slot];
        int count = slot.Shape.Count, parameters = _network.Parameters.Values.Length, states = state.Length / parameters;
        float[] rented = ArrayPool<float>.Shared.Rent(checked((2 + states) * count));
        Span<float> g = rented.AsSpan(0, count), p = rented.AsSpan(count, count), s = rented.AsSpan(2 * count, states * count);
        ParameterStore<float>.ReadPart(slot, gradient, g);
        ParameterStore<float>.ReadFrom(slot, _network.Parameters.Values, p);
        for (int i = 0; i < states; i++)
            ParameterStore<float>.ReadFrom(slot, state.Span.Slice(i * parameters, parameters), s.Slice(i * count, count));

        stage.Apply(g, p, new TransformState<float>(s, count, 0, count), step with { Shape = slot.Shape });

        ParameterStore<float>.WritePart(slot, g, gradient);
        for (int i = 0; i < states; i++)
            ParameterStore<float>.WriteTo(slot, s.Slice(i * count, count), state.Span.Slice(i * parameters, parameters));
        ArrayPool<float>.Shared.Return(rented);
    }
}
