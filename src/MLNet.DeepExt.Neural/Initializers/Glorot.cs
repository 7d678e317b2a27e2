using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Normal weights with variance 2 / (inputs + units): the default before sigmoid and linear outputs.</summary>
/// <remarks>
/// A compromise between keeping the variance of the signal and that of the gradient. X. Glorot, Y. Bengio, "Understanding
/// the difficulty of training deep feedforward neural networks", 2010. PyTorch: <c>xavier_normal_</c>;
/// Keras: <c>glorot_normal</c> (which truncates). With uniform numbers: <c>new Uniform(new Glorot())</c>.
/// </remarks>
public sealed record Glorot : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => Math.Sqrt(2.0 / ((double)inputs + units));

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => random.Normal(counter);
}
