using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>The distribution of the initial weights of a layer: independent random numbers with mean 0. Compared by value.</summary>
/// <remarks>
/// Weights must differ from one another, otherwise all units of a layer learn the same function. Their variance must fit the
/// number of inputs, otherwise signals and gradients vanish or explode from layer to layer. Custom initializers derive from this type.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Glorot), nameof(Glorot))]
[JsonDerivedType(typeof(He), nameof(He))]
[JsonDerivedType(typeof(Normal), nameof(Normal))]
[JsonDerivedType(typeof(Uniform), nameof(Uniform))]
[JsonDerivedType(typeof(Xavier), nameof(Xavier))]
[JsonDerivedType(typeof(Zeros), nameof(Zeros))]
public abstract record Initializer
{
    /// <summary>The standard deviation of a weight.</summary>
    /// <param name="inputs">The number of inputs of the layer.</param>
    /// <param name="units">The number of units of the layer.</param>
    /// <returns>At least 0; with 0 every weight is 0.</returns>
    public abstract double StandardDeviation(int inputs, int units);

    /// <summary>The name, with its options if it has any, such as <c>Normal(0.01)</c>.</summary>
    public sealed override string ToString() =>
        Detail.Length == 0 ? GetType().Name : FormattableString.Invariant($"{GetType().Name}({Detail})");

    /// <summary>The options for <see cref="ToString"/>, in the invariant culture. Empty (default) if there are none.</summary>
    protected virtual string Detail => "";

    /// <summary>Draws a random number with mean 0 and variance 1. A weight is this number times <see cref="StandardDeviation"/>.</summary>
    /// <param name="random">The random numbers of the layer.</param>
    /// <param name="counter">The index of the number, from 0. The result depends only on it and on <paramref name="random"/>.</param>
    public abstract double Draw(CounterRandom random, ulong counter);

    /// <summary>Throws an <see cref="ArgumentException"/> if an option is out of its range.</summary>
    internal void Validate()
    {
        double deviation = StandardDeviation(1, 1);
        if (!(deviation >= 0 && float.IsFinite((float)deviation)))
        {
            string given = deviation.ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException(
                $"The standard deviation of the weights must be at least 0 and finite but {this} gives {given}; " +
                "0.01 is small, 1 is large.",
                "Initializer");
        }
    }

    /// <summary>Fills a weight matrix (inputs, units).</summary>
    internal void Fill<T>(Span<T> weights, Shape shape, CounterRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sigma = StandardDeviation(shape.Rows, shape.Columns);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = T.CreateTruncating(sigma * Draw(random, (ulong)i));
    }
}
