using System.Globalization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Normal weights with a custom standard deviation, independent of the number of inputs.</summary>
/// <remarks>
/// With n inputs of variance 1 a unit's pre-activation has the standard deviation √n·σ. If it is far below 1, as with σ = 0.01
/// and n = 100, every layer shrinks signals by this factor, and a deep network hardly learns. If it is far above 1, as with
/// σ = 1, tanh and sigmoid units saturate: their outputs are near their limits for almost every row, their derivative is near 0, and training
/// makes tiny steps from a high cost. ReLU units do not saturate but enlarge signals by √(n/2)·σ from layer to layer.
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
