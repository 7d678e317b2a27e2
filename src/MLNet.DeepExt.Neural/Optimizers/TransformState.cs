namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>The state of a <see cref="GradientTransform"/> for a run of parameters: (states per parameter, parameters), row-major.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct TransformState<T>
{
    private readonly Span<T> _data;
    private readonly int _stride; // distance between two states of a parameter
    private readonly int _from;
    private readonly int _length;

    /// <summary>Creates the state of a run of parameters.</summary>
    /// <param name="data">(states, parameters): the states of all parameters, 0 before the first step.</param>
    /// <param name="parameters">The number of all parameters.</param>
    /// <param name="from">The first parameter of the run.</param>
    /// <param name="length">The number of parameters of the run.</param>
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
    /// The work area for a whole parameter, with any content: at least <see cref="GradientTransform.ScratchLength"/> elements in a training;
    /// otherwise empty unless the caller provides it.
    /// </summary>
    public Span<T> Scratch { get; init; }

    /// <summary>One state value of each parameter of the run: (n).</summary>
    /// <param name="index">The index of the state value, from 0.</param>
    public Span<T> this[int index] => _data.Slice(index * _stride + _from, _length);

    /// <summary>Returns the state without the first values, which belong to the previous transforms.</summary>
    internal TransformState<T> Skip(int states) => new(_data[(states * _stride)..], _stride, _from, _length) { Scratch = Scratch };
}
