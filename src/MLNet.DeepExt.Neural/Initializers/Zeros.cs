using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>All weights 0. Right for an output layer; in a hidden layer it is for showing what goes wrong.</summary>
/// <remarks>
/// The units of a hidden layer then compute the same, get the same gradient, and stay copies of one another however long the
/// network learns: it is as if the layer had a single unit. <c>SymmetryCheck</c> finds that.
/// </remarks>
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => 0;

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => 0;
}
