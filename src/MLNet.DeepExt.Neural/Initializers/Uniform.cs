using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Initializers;

/// <summary>Uniform weights in [-√3·σ, √3·σ), with the standard deviation σ of another initializer. Its range is limited, so there are no extreme
/// weights.</summary>
/// <remarks>
/// PyTorch: <c>kaiming_uniform_(nonlinearity="relu")</c> is <c>new Uniform(new He())</c>, <c>xavier_uniform_</c> is
/// <c>new Uniform(new Glorot())</c>; Keras: <c>he_uniform</c>, <c>lecun_uniform</c> (<see cref="Xavier"/>) and <c>glorot_uniform</c>.
/// </remarks>
/// <param name="Spread">The initializer that defines the standard deviation.</param>
/// <example>
/// <code>
/// NetworkSpec spec = NetworkSpec.Input(64).Then(new Dense(128) { Initializer = new Uniform(new He()) }).Relu().Dense(10);
/// </code>
/// </example>
public sealed record Uniform(Initializer Spread) : Initializer
{
    // The standard deviation of [-1, 1) is 1/√3.
    private static readonly double HalfWidth = Math.Sqrt(3);

    /// <summary>The initializer that defines the standard deviation.</summary>
    public Initializer Spread { get; init; } = Spread ?? throw new ArgumentNullException(nameof(Spread));

    /// <inheritdoc/>
    public override double StandardDeviation(int inputs, int units) => Spread.StandardDeviation(inputs, units);

    /// <inheritdoc/>
    protected override string Detail => Spread.ToString();

    /// <inheritdoc/>
    public override double Draw(CounterRandom random, ulong counter) => HalfWidth * (2 * random.Uniform(counter) - 1);
}
