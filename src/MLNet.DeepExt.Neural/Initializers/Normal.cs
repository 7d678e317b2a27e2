using System.Globalization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Normal weights with a standard deviation of one's own, whatever the number of inputs.</summary>
/// <remarks>
/// With n inputs of variance 1 a unit's pre-activation has the standard deviation √n·σ. Where that is far below 1, as with σ = 0.01
/// and n = 100, every layer makes signals that much smaller, and a deep network hardly learns. Where it is far above 1, as with
/// σ = 1, tanh and sigmoid units saturate: they are near their limits for almost every row, their derivative is near 0, and descent
/// takes tiny steps from a high cost; ReLU units do not saturate but make signals √(n/2)·σ times larger from layer to layer.
/// <see cref="He"/>, <see cref="Xavier"/> and <see cref="Glorot"/> choose σ by n. Keras: <c>random_normal</c>.
/// </remarks>
/// <param name="Deviation">σ, at least 0; 0.01 is small, 1 is large.</param>
public sealed record Normal(double Deviation) : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => Deviation;

    /// <inheritdoc/>
    protected override string Detail => Deviation.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => random.Normal(counter);
}
