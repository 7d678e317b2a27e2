namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>What a <see cref="GradientTransform"/> remembers of some parameters: (states per parameter, parameters), row-major.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct TransformState<T>
{
    private readonly Span<T> _data;
    private readonly int _stride; // from one state of a parameter to the next
    private readonly int _from;
    private readonly int _length;

    /// <summary>The state of a run of parameters.</summary>
    /// <param name="data">(states, parameters): that of all parameters, 0 before the first step.</param>
    /// <param name="parameters">How many parameters there are.</param>
    /// <param name="from">The first parameter of the run.</param>
    /// <param name="length">How many parameters the run has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run is not within the parameters.</exception>
    public TransformState(Span<T> data, int parameters, int from, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)from, (uint)parameters, nameof(from));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(parameters - from), nameof(length));
        _data = data;
        _stride = parameters;
        _from = from;
        _length = length;
    }

    /// <summary>
    /// Working memory for a whole parameter, of any content: at least <see cref="GradientTransform.ScratchLength"/> elements in a training,
    /// none unless the caller provides it otherwise.
    /// </summary>
    public Span<T> Scratch { get; init; }

    /// <summary>One of the numbers that are remembered of each parameter of the run: (n).</summary>
    /// <param name="index">Which one, counted from 0.</param>
    public Span<T> this[int index] => _data.Slice(index * _stride + _from, _length);

    /// <summary>The state without its first numbers, which belong to the transforms before.</summary>
    internal TransformState<T> Skip(int states) => new(_data[(states * _stride)..], _stride, _from, _length) { Scratch = Scratch };
}
