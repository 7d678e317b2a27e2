using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The exponentially weighted average of all that a network learns, step by step, parameters and running statistics alike; and a network
/// that has it.
/// </summary>
internal sealed class WeightAverage
{
    private readonly Network<float> _network;
    private readonly ExponentialAverage _average;
    private readonly bool _warmsUp;
    private ExponentialAverage _now;         // of this step
    private readonly Memory<float> _values;  // as θ, uncorrected
    private readonly Memory<float> _buffers; // as the running statistics, uncorrected
    private readonly Slot[] _moving;         // the running statistics that change

    /// <param name="network">Whose average it is.</param>
    /// <param name="decay">The weight of the past.</param>
    /// <param name="warmsUp">
    /// Whether the average begins at the parameters before the first step, and the weight of the past in step t is at most (1 + t)/(10 + t);
    /// otherwise it begins at 0 and is corrected for that.
    /// </param>
    /// <param name="frozen">Layers whose running statistics stand still.</param>
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

    /// <summary>The network of the average, as it was at the last <see cref="Write"/>.</summary>
    public Network<float> Network { get; }

    /// <summary>The average, before any correction, laid out as θ.</summary>
    public Memory<float> Values => _values;

    /// <summary>That of the running statistics.</summary>
    public Memory<float> Buffers => _buffers;

    /// <summary>Begins a step. One thread does it, before any worker begins.</summary>
    /// <param name="step">Its number, counted from 1.</param>
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

    /// <summary>After the update of elements [from, to) of θ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int from, int to) =>
        _now.Accumulate<float>(_values.Span[from..to], _network.Parameters.Values[from..to]);

    /// <summary>After the step. One thread does it.</summary>
    public void AddBuffers() => _now.Accumulate<float>(_buffers.Span, _network.Parameters.BufferValues);

    /// <summary>Gives <see cref="Network"/> the average of so many steps, and what does not change as it is.</summary>
    /// <param name="steps">Steps that were added.</param>
    /// <param name="plan">What changes.</param>
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
