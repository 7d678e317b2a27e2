using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A network as data: how many inputs it has and its layers in order, some of which may be made of layers. Immutable, equal by value, printed
/// as a table.
/// </summary>
/// <example>
/// <code>
/// NetworkSpec spec = NetworkSpec.Input(784).Dense(256).BatchNorm().Relu().Dropout(0.8f).Dense(10);
/// Console.WriteLine(spec);
/// </code>
/// </example>
public sealed class NetworkSpec : IEquatable<NetworkSpec>
{
    private readonly LayerSpec[] _layers;
    private readonly TensorShape _input;

    /// <summary>Checks and keeps a description.</summary>
    /// <param name="inputs">Numbers in a row of input, at least 1.</param>
    /// <param name="layers">The layers in order.</param>
    /// <exception cref="ArgumentException">A layer is impossible; the message says which, why and what to do.</exception>
    public NetworkSpec(int inputs, IEnumerable<LayerSpec> layers)
        : this(
            inputs >= 1 ? new TensorShape(inputs) : throw new ArgumentException(
                $"A network needs at least 1 input but has {inputs}; give it the length of a row.", nameof(inputs)),
            layers)
    {
    }

    private NetworkSpec(TensorShape input, IEnumerable<LayerSpec> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _input = input;
        _layers = [.. layers];
        Layers = Array.AsReadOnly(_layers);
        foreach ((int index, LayerSpec layer) in _layers.Index())
        {
            if (layer is null)
                throw new ArgumentException($"Layer {index} is null; leave it out.", nameof(layers));
            layer.Validate();
        }

        // Counts the parameters, and refuses what no array could hold.
        Program = ProgramBuilder<float>.Compile(_input, _layers);
        ParameterCount = Program.Slots.Parameters.Sum(slot => (long)slot.Shape.Count);
    }

    /// <summary>Numbers in a row of input.</summary>
    public int Inputs => _input.Width;

    /// <summary>Numbers in a row of output: of each member, where there are members.</summary>
    public int Outputs => OutputShape.Width;

    /// <summary>The shape of a row of output: (outputs), or (members, outputs), whose mean is the prediction.</summary>
    public TensorShape OutputShape => Program.Output;

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>How many numbers training learns: 4 bytes each in a network of <see cref="float"/>, and in a model file.</summary>
    public long ParameterCount { get; }

    /// <summary>
    /// The names of its layers, by which they are frozen, slowed or reported, such as <c>0.dense</c>: place and kind, or
    /// <see cref="LayerSpec.Name"/>. A layer in another one is called by both, <c>2.residual.0.dense</c>. Each layer that is made of layers stands
    /// before these.
    /// </summary>
    public IReadOnlyList<string> LayerNames => Program.Names;

    /// <summary>Whether all layers that read the inputs can leave zeros out.</summary>
    internal bool ReadsSparseRows => Program.ReadsSparseRows;

    /// <summary>Whether training has rows without their zeros.</summary>
    internal bool LearnsFromSparseRows => Program.LearnsFromSparseRows;

    /// <summary>What a network of it does, in float.</summary>
    internal Program<float> Program { get; }

    /// <summary>Whether its input encoders have learned what they need, without which it cannot compute. True if it has none.</summary>
    public bool IsFitted => NotFitted is null;

    // A layer that is not fitted, in words.
    private string? NotFitted => Program.Operations.FirstOrDefault(operation => operation.Spec is InputEncoder { IsFitted: false })?.Label;

    /// <summary>A network that so far passes its inputs on.</summary>
    /// <param name="width">Numbers in a row of input, at least 1.</param>
    public static NetworkSpec Input(int width) => new(width, []);

    /// <summary>
    /// This network, its input encoders fitted to rows. A <c>Trainer</c> does it by itself. Encoders that are fitted stay as they are.
    /// </summary>
    /// <param name="statistics">What was collected of the rows to learn from.</param>
    /// <exception cref="ArgumentException">
    /// The rows have another width than the inputs, or an encoder reads what a layer before it computes.
    /// </exception>
    public NetworkSpec FittedTo(InputStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return statistics.Width == Inputs
            ? EncoderFitting.Fit(this, statistics)
            : throw new ArgumentException(FormattableString.Invariant(
                $"The statistics are of rows of {statistics.Width} numbers but the network has {Inputs} inputs; they must be equal."),
                nameof(statistics));
    }

    /// <summary>This network with one more layer at its end.</summary>
    /// <param name="layer">Any kind of layer.</param>
    public NetworkSpec Then(LayerSpec layer) => new(_input, [.. _layers, layer]);

    /// <summary>The beginning of this network, without the layers after it.</summary>
    /// <param name="layers">How many layers, from 0, which leaves the inputs, to all of them.</param>
    /// <exception cref="ArgumentException">The network does not have as many.</exception>
    public NetworkSpec Take(int layers)
    {
        if (layers < 0 || layers > _layers.Length)
        {
            throw new ArgumentException(
                $"The first {layers} layers are wanted but the network has {_layers.Length}; take from 0 to {_layers.Length}.",
                nameof(layers));
        }

        return new NetworkSpec(_input, _layers[..layers]);
    }

    /// <summary>This network with a <see cref="Layers.Dense"/> layer at its end.</summary>
    /// <param name="units">How many outputs it has, at least 1.</param>
    public NetworkSpec Dense(int units) => Then(new Dense(units));

    /// <summary>This network with a <see cref="CategoryEmbedding"/> at its end.</summary>
    /// <param name="ranges">Which inputs are one-hot slots of categories, ascending; see <see cref="CategoryRange.Of(int, int)"/>.</param>
    public NetworkSpec EmbedCategories(params IReadOnlyList<CategoryRange> ranges) => Then(new CategoryEmbedding(ranges));

    /// <summary>This network with a <see cref="Layers.BatchNorm"/> at its end.</summary>
    public NetworkSpec BatchNorm() => Then(new BatchNorm());

    /// <summary>This network with a <see cref="Layers.LayerNorm"/> at its end.</summary>
    public NetworkSpec LayerNorm() => Then(new LayerNorm());

    /// <summary>This network with a <see cref="Layers.Relu"/> at its end.</summary>
    public NetworkSpec Relu() => Then(new Relu());

    /// <summary>This network with a <see cref="Layers.LeakyRelu"/> at its end.</summary>
    /// <param name="slope">The slope below 0, in [0, 1).</param>
    public NetworkSpec LeakyRelu(double slope = 0.01) => Then(new LeakyRelu { Slope = slope });

    /// <summary>This network with a <see cref="Layers.Elu"/> at its end.</summary>
    /// <param name="alpha">How far below 0 outputs come, above 0.</param>
    public NetworkSpec Elu(double alpha = 1) => Then(new Elu { Alpha = alpha });

    /// <summary>This network with a <see cref="Layers.Selu"/> at its end.</summary>
    public NetworkSpec Selu() => Then(new Selu());

    /// <summary>This network with a <see cref="Layers.Gelu"/> at its end.</summary>
    /// <param name="tanhApproximation">Whether the normal distribution is approximated by tanh.</param>
    public NetworkSpec Gelu(bool tanhApproximation = false) => Then(new Gelu { TanhApproximation = tanhApproximation });

    /// <summary>This network with a <see cref="Layers.Swish"/> (SiLU) at its end.</summary>
    public NetworkSpec Swish() => Then(new Swish());

    /// <summary>This network with a <see cref="Layers.Mish"/> at its end.</summary>
    public NetworkSpec Mish() => Then(new Mish());

    /// <summary>This network with a <see cref="Layers.Softplus"/> at its end.</summary>
    /// <param name="beta">How sharply it bends at 0, above 0.</param>
    /// <param name="threshold">The beta·x above which it is linear, above 0.</param>
    public NetworkSpec Softplus(double beta = 1, double threshold = 20) => Then(new Softplus { Beta = beta, Threshold = threshold });

    /// <summary>This network with a <see cref="Layers.Tanh"/> at its end.</summary>
    public NetworkSpec Tanh() => Then(new Tanh());

    /// <summary>This network with a <see cref="Layers.Sigmoid"/> at its end.</summary>
    public NetworkSpec Sigmoid() => Then(new Sigmoid());

    /// <summary>This network with a <see cref="Layers.Dropout"/> at its end.</summary>
    /// <param name="keepProbability">The probability of keeping a unit, from 0.000001 to 1.</param>
    public NetworkSpec Dropout(float keepProbability) => Then(new Dropout(keepProbability));

    /// <summary>This network with a <see cref="Layers.Residual"/> block at its end: y = x + f(x).</summary>
    /// <param name="layers">Puts the layers of f, one after the other, on what it is handed.</param>
    public NetworkSpec Residual(Func<NetworkSpec, NetworkSpec> layers) => Then(new Residual(Inner(OutputShape, layers)));

    /// <summary>This network with an ensemble of <see cref="Layers.Members"/> at its end.</summary>
    /// <param name="count">How many members.</param>
    /// <param name="layers">Puts the layers that every member passes on what it is handed.</param>
    public NetworkSpec Members(int count, Func<NetworkSpec, NetworkSpec> layers)
    {
        var members = new Members(count);
        members.Validate();
        return Then(members.Of(Inner(members.InnerShape(OutputShape), layers)));
    }

    /// <summary>This network with <see cref="Layers.Branches"/> at its end, an ensemble that shares nothing but the layers before it.</summary>
    /// <param name="branches">Each puts the layers of a branch on what it is handed.</param>
    public NetworkSpec Branches(params IReadOnlyList<Func<NetworkSpec, NetworkSpec>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        return Then(new Branches([.. branches.Select(branch => new Sequential(Inner(OutputShape, branch)))]));
    }

    /// <summary>This network with layers at its end that have a name together.</summary>
    /// <param name="name">What they are called; their own names begin with it.</param>
    /// <param name="layers">Puts the layers, one after the other, on what it is handed.</param>
    public NetworkSpec Sequential(string name, Func<NetworkSpec, NetworkSpec> layers) =>
        Then(new Sequential(Inner(OutputShape, layers)) { Name = name });

    /// <summary>This network with a <see cref="Layers.MemberScaling"/> at its end.</summary>
    /// <param name="randomSigns">Whether scales begin as 1 or -1, at random.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    public NetworkSpec MemberScaling(bool randomSigns = false, bool useBias = false) =>
        Then(new MemberScaling { RandomSigns = randomSigns, UseBias = useBias });

    /// <summary>This network with a <see cref="Layers.MemberDense"/> at its end.</summary>
    /// <param name="units">How many outputs each member has, at least 1.</param>
    public NetworkSpec MemberDense(int units) => Then(new MemberDense(units));

    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) => other is not null && _input == other._input && _layers.SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => _layers.Aggregate(_input.GetHashCode(), HashCode.Combine);

    /// <summary>A table: each layer with its outputs and parameters, those in another layer under it.</summary>
    public override string ToString() => NetworkTable.Of(this);

    /// <summary>Throws unless all input encoders are fitted.</summary>
    internal void RequireFitted()
    {
        if (NotFitted is { } layer)
        {
            throw new ArgumentException(
                $"Layer {layer}, has not learned from rows yet; train the network with a Trainer, or use FittedTo of its spec.", "spec");
        }
    }

    /// <summary>Builds the layers that compute, and the places of their parameters.</summary>
    internal Program<T> Compile<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Program as Program<T> ?? ProgramBuilder<T>.Compile(_input, _layers);

    /// <summary>What its layers are called, to follow "Layer x is to be frozen but".</summary>
    internal string DescribeNames()
    {
        const int most = 12;
        return LayerNames.Count == 0
            ? "the network has no layers"
            : $"the network has {string.Join(", ", LayerNames.Take(most))}{(LayerNames.Count > most ? ", …" : "")}; use one of these names";
    }

    private static LayerSpec[] Inner(TensorShape shape, Func<NetworkSpec, NetworkSpec> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return layers(new NetworkSpec(shape, [])) is { } inner && inner._input == shape
            ? inner._layers
            : throw new ArgumentException("The layers were put on another network than the one handed over; put them on that one.", nameof(layers));
    }
}
