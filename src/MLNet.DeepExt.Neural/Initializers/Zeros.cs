using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>All weights 0. Suitable for an output layer. A hidden layer with it cannot learn; use it there only for demonstration.</summary>
/// <remarks>
/// The units of a hidden layer then compute the same output, get the same gradient, and stay equal during the whole
/// training, as if the layer had a single unit. <c>SymmetryCheck</c> finds this.
/// </remarks>
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => 0;

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => 0;
}
