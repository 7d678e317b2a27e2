using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The exponentially weighted average of the parameters and the running statistics of a network over the steps, and a network
/// with the average.
/// </summary>
internal sealed class WeightAverage
{
    private readonly Network<float> _network;
    private readonly ExponentialAverage _average;
    private readonly bool _warmsUp;
    private ExponentialAverage _now;         // in the current step
    private readonly Memory<float> _values;  // layout of θ, without bias correction
    private readonly Memory<float> _buffers; // layout of the running statistics, without bias correction
    private readonly Slot[] _moving;         // the running statistics that change

    /// <param name="network">The network.</param>
    /// <param name="decay">The weight of the previous value.</param>
    /// <param name="warmsUp">
    /// True if the average starts at the initial parameters, and the weight of the previous value in step t is at most (1 + t)/(10 + t);
    /// false if it starts at 0 with bias correction.
    /// </param>
    /// <param name="frozen">The layers whose running statistics do not change.</param>
    public WeightAverage(Network<float> network, double decay, bool warmsUp, IReadOnlySet<string> frozen)
    {
        _network = network;
        _moving =
        [
            .. network.Program.Operations.Where(operation => !operation.Path.Any(frozen.Contains)).SelectMany(operation => operation.Layer.Buffers),
        ];
        _average = _now = new ExponentialAverage(decay);
        _warmsUp = warmsUp;
        _values = AlignedMemory.Allocate<float>(network.Parameters.Values.Length);
        _buffers = AlignedMemory.Allocate<float>(network.Parameters.BufferValues.Length);
        Network = Network<float>.Uninitialized(network.Spec);
    }

    /// <summary>The network with the average of the last <see cref="Write"/>.</summary>
    public Network<float> Network { get; }

    /// <summary>The average without bias correction, in the layout of θ.</summary>
    public Memory<float> Values => _values;

    /// <summary>The average of the running statistics.</summary>
    public Memory<float> Buffers => _buffers;

    /// <summary>Begins a step. One thread calls it before any worker starts.</summary>
    /// <param name="step">The number of the step, counted from 1.</param>
    public void Begin(long step)
    {
        if (!_warmsUp)
            return;
        if (step == 1)
        {
            _network.Parameters.Values.CopyTo(_values.Span);
            _network.Parameters.BufferValues.CopyTo(_buffers.Span);
        }

        _now = new ExponentialAverage(Math.Min(_average.Beta, (1.0 + step) / (10 + step)));
    }

    /// <summary>Adds elements [from, to) of θ after their update.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int from, int to) =>
        _now.Accumulate<float>(_values.Span[from..to], _network.Parameters.Values[from..to]);

    /// <summary>Adds the running statistics after the step. One thread calls it.</summary>
    public void AddBuffers() => _now.Accumulate<float>(_buffers.Span, _network.Parameters.BufferValues);

    /// <summary>Writes the average of a number of steps to <see cref="Network"/>. Values that do not change are copied.</summary>
    /// <param name="steps">The number of added steps.</param>
    /// <param name="plan">The ranges that change.</param>
    public void Write(long steps, UpdatePlan plan)
    {
        Network.Parameters.CopyFrom(_network.Parameters);
        if (steps == 0)
            return;
        foreach (ParameterRange range in plan.Ranges)
            WriteSpan(steps, _values.Span[range.From..range.To], Network.Parameters.Values[range.From..range.To]);
        foreach (Slot slot in _moving)
            WriteSpan(steps, _buffers.Span.Slice(slot.Offset, slot.Length), Network.Parameters.BufferValues.Slice(slot.Offset, slot.Length));
    }

    private void WriteSpan(long steps, ReadOnlySpan<float> average, Span<float> destination)
    {
        if (_warmsUp)
            average.CopyTo(destination);
        else
            _average.Correct(average, steps, destination);
    }
}
