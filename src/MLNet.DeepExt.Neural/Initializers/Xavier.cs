using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Normal weights with variance 1 / inputs: suitable and the default for tanh and SELU.</summary>
/// <remarks>
/// It keeps the variance of the signal in the forward pass. Y. LeCun et al., "Efficient backprop", 1998; the name Xavier for this
/// variance is that of A. Ng's course. Keras: <c>lecun_normal</c> (which truncates). What PyTorch calls
/// <c>xavier_normal_</c> is <see cref="Glorot"/>.
/// </remarks>
public sealed record Xavier : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => Math.Sqrt(1.0 / inputs);

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => random.Normal(counter);
}
