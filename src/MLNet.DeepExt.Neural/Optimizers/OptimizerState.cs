namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>What an optimizer remembers of a range of parameters: (states per parameter, parameters), row-major.</summary>
/// <param name="data">All of it.</param>
/// <param name="parameters">Length of the parameter vector.</param>
/// <param name="from">Where the range begins.</param>
/// <param name="length">Length of the range.</param>
internal readonly ref struct OptimizerState<T>(Span<T> data, int parameters, int from, int length)
{
    private readonly Span<T> _data = data;

    /// <summary>State <paramref name="index"/> of each parameter of the range: (n).</summary>
    public Span<T> this[int index] => _data.Slice(index * parameters + from, length);
}
