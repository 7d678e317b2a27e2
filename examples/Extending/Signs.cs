using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace Extending;

/// <summary>Weights begin at +σ or -σ, with the standard deviation σ that suits tanh.</summary>
public sealed record Signs : Initializer
{
    public override double StandardDeviation(int inputs, int units) => Math.Sqrt(1.0 / inputs);

    public override double Draw(CounterRandom random, ulong counter) => random.Below(2, counter) == 0 ? -1 : 1;
}
