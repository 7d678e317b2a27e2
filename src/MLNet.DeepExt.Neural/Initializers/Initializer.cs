using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>How the weights of a layer begin.</summary>
/// <remarks>
/// Weights must differ from one another, or all units of a layer learn the same thing; and their variance must fit the
/// number of inputs, or signals and gradients vanish or explode from layer to layer.
/// </remarks>
public abstract record Initializer
{
    /// <summary>The standard deviation of a weight.</summary>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="units">Units of the layer.</param>
    /// <returns>At least 0; with 0 every weight is 0.</returns>
    public abstract double StandardDeviation(int inputs, int units);

    /// <summary>Fills a weight matrix (inputs, units) with normal numbers of mean 0 and that standard deviation.</summary>
    internal void Fill<T>(Span<T> weights, Shape shape, CounterRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sigma = StandardDeviation(shape.Rows, shape.Columns);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = T.CreateTruncating(sigma * random.Normal((ulong)i));
    }
}
