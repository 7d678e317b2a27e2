using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Normal weights with variance 2 / inputs: suitable and the default for ReLU and related activations (ELU, GELU, Swish, Mish and
/// softplus).</summary>
/// <remarks>
/// A ReLU halves the variance of its input; the factor 2 compensates for this. K. He et al., "Delving deep into
/// rectifiers", 2015. PyTorch: <c>kaiming_normal_(nonlinearity="relu")</c>; Keras: <c>he_normal</c> (which truncates).
/// With uniform numbers: <c>new Uniform(new He())</c>.
/// </remarks>
public sealed record He : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => Math.Sqrt(2.0 / inputs);

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => random.Normal(counter);
}
