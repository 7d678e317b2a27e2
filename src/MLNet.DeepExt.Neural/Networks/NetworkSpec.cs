using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// The description of a network: the number of inputs and the layers in order, which may contain layers. Immutable, compared by value, printed
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

    /// <summary>Validates and stores a description.</summary>
    /// <param name="inputs">The number of inputs, at least 1.</param>
    /// <param name="layers">The layers in order.</param>
    /// <exception cref="ArgumentException">A layer is invalid. The message states the layer, the reason and the remedy.</exception>
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
                throw new ArgumentException($"Layer {index} is null; remove it.", nameof(layers));
            layer.Validate();
        }

        // Counts the parameters, and throws if there are more than an array can hold.
        Program = ProgramBuilder<float>.Compile(_input, _layers);
        ParameterCount = Program.Slots.Parameters.Sum(slot => (long)slot.Shape.Count);
    }

    /// <summary>The number of inputs.</summary>
    public int Inputs => _input.Width;

    /// <summary>The number of outputs; of each member, if the network has members.</summary>
    public int Outputs => OutputShape.Width;

    /// <summary>The shape of a row of output: (outputs), or (members, outputs), whose mean is the prediction.</summary>
    public TensorShape OutputShape => Program.Output;

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>The number of parameters. Each needs 4 bytes in a network of <see cref="float"/>, and in a model file.</summary>
    public long ParameterCount { get; }

    /// <summary>
    /// The names of the layers, such as <c>0.dense</c>: index and kind, or <see cref="LayerSpec.Name"/>. Layers are frozen, slowed and reported by
    /// these names. The name of a layer inside another one follows the name of the outer layer: <c>2.residual.0.dense</c>. An outer layer precedes
    /// its inner layers.
    /// </summary>
    public IReadOnlyList<string> LayerNames => Program.Names;

    /// <summary>True if all layers that read the inputs can read sparse rows.</summary>
    internal bool ReadsSparseRows => Program.ReadsSparseRows;

    /// <summary>True if training uses sparse rows.</summary>
    internal bool LearnsFromSparseRows => Program.LearnsFromSparseRows;

    /// <summary>The compiled program, in float.</summary>
    internal Program<float> Program { get; }

    /// <summary>True if all input encoders are fitted, or there are none. A network that is not fitted cannot compute.</summary>
    public bool IsFitted => NotFitted is null;

    // The label of a layer that is not fitted.
    private string? NotFitted => Program.Operations.FirstOrDefault(operation => operation.Spec is InputEncoder { IsFitted: false })?.Label;

    /// <summary>Creates a network without layers, whose outputs are its inputs.</summary>
    /// <param name="width">The number of inputs, at least 1.</param>
    public static NetworkSpec Input(int width) => new(width, []);

    /// <summary>
    /// Returns this network with its input encoders fitted to rows. A <c>Trainer</c> does this automatically. Fitted encoders do not change.
    /// </summary>
    /// <param name="statistics">The statistics of the training rows.</param>
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

    /// <summary>Appends a layer.</summary>
    /// <param name="layer">Any kind of layer.</param>
    public NetworkSpec Then(LayerSpec layer) => new(_input, [.. _layers, layer]);

    /// <summary>Returns the first layers of this network.</summary>
    /// <param name="layers">The number of layers, from 0 to all of them.</param>
    /// <exception cref="ArgumentException">The network has fewer layers.</exception>
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

    /// <summary>Appends a <see cref="Layers.Dense"/> layer.</summary>
    /// <param name="units">The number of outputs, at least 1.</param>
    public NetworkSpec Dense(int units) => Then(new Dense(units));

    /// <summary>Appends a <see cref="CategoryEmbedding"/>.</summary>
    /// <param name="ranges">The categories, whose inputs are one-hot slots, ascending; see <see cref="CategoryRange.Of(int, int)"/>.</param>
    public NetworkSpec EmbedCategories(params IReadOnlyList<CategoryRange> ranges) => Then(new CategoryEmbedding(ranges));

    /// <summary>Appends a <see cref="Layers.BatchNorm"/>.</summary>
    public NetworkSpec BatchNorm() => Then(new BatchNorm());

    /// <summary>Appends a <see cref="Layers.LayerNorm"/>.</summary>
    public NetworkSpec LayerNorm() => Then(new LayerNorm());

    /// <summary>Appends a <see cref="Layers.Relu"/>.</summary>
    public NetworkSpec Relu() => Then(new Relu());

    /// <summary>Appends a <see cref="Layers.LeakyRelu"/>.</summary>
    /// <param name="slope">The slope below 0, in [0, 1).</param>
    public NetworkSpec LeakyRelu(double slope = 0.01) => Then(new LeakyRelu { Slope = slope });

    /// <summary>Appends a <see cref="Layers.Elu"/>.</summary>
    /// <param name="alpha">The lower limit of the outputs is -alpha. Above 0.</param>
    public NetworkSpec Elu(double alpha = 1) => Then(new Elu { Alpha = alpha });

    /// <summary>Appends a <see cref="Layers.Selu"/>.</summary>
    public NetworkSpec Selu() => Then(new Selu());

    /// <summary>Appends a <see cref="Layers.Gelu"/>.</summary>
    /// <param name="tanhApproximation">True to approximate the normal distribution by tanh. Default false.</param>
    public NetworkSpec Gelu(bool tanhApproximation = false) => Then(new Gelu { TanhApproximation = tanhApproximation });

    /// <summary>Appends a <see cref="Layers.Swish"/> (SiLU).</summary>
    public NetworkSpec Swish() => Then(new Swish());

    /// <summary>Appends a <see cref="Layers.Mish"/>.</summary>
    public NetworkSpec Mish() => Then(new Mish());

    /// <summary>Appends a <see cref="Layers.Softplus"/>.</summary>
    /// <param name="beta">The sharpness of the bend at 0, above 0.</param>
    /// <param name="threshold">The value of beta·x above which it is linear, above 0.</param>
    public NetworkSpec Softplus(double beta = 1, double threshold = 20) => Then(new Softplus { Beta = beta, Threshold = threshold });

    /// <summary>Appends a <see cref="Layers.Tanh"/>.</summary>
    public NetworkSpec Tanh() => Then(new Tanh());

    /// <summary>Appends a <see cref="Layers.Sigmoid"/>.</summary>
    public NetworkSpec Sigmoid() => Then(new Sigmoid());

    /// <summary>Appends a <see cref="Layers.Dropout"/>.</summary>
    /// <param name="keepProbability">The probability of keeping a unit, from 0.000001 to 1.</param>
    public NetworkSpec Dropout(float keepProbability) => Then(new Dropout(keepProbability));

    /// <summary>Appends a <see cref="Layers.Residual"/> block: y = x + f(x).</summary>
    /// <param name="layers">Appends the layers of f to its argument.</param>
    public NetworkSpec Residual(Func<NetworkSpec, NetworkSpec> layers) => Then(new Residual(Inner(OutputShape, layers)));

    /// <summary>Appends an ensemble of <see cref="Layers.Members"/>.</summary>
    /// <param name="count">The number of members, from 1 to 256.</param>
    /// <param name="layers">Appends the layers of every member to its argument.</param>
    public NetworkSpec Members(int count, Func<NetworkSpec, NetworkSpec> layers)
    {
        var members = new Members(count);
        members.Validate();
        return Then(members.Of(Inner(members.InnerShape(OutputShape), layers)));
    }

    /// <summary>Appends <see cref="Layers.Branches"/>: parallel layers that share only the layers before them.</summary>
    /// <param name="branches">Each function appends the layers of a branch to its argument.</param>
    public NetworkSpec Branches(params IReadOnlyList<Func<NetworkSpec, NetworkSpec>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        return Then(new Branches([.. branches.Select(branch => new Sequential(Inner(OutputShape, branch)))]));
    }

    /// <summary>Appends a named sequence of layers.</summary>
    /// <param name="name">The name of the sequence. The names of its layers begin with it.</param>
    /// <param name="layers">Appends the layers to its argument.</param>
    public NetworkSpec Sequential(string name, Func<NetworkSpec, NetworkSpec> layers) =>
        Then(new Sequential(Inner(OutputShape, layers)) { Name = name });

    /// <summary>Appends a <see cref="Layers.MemberScaling"/>.</summary>
    /// <param name="randomSigns">True to initialize scales to 1 or -1 at random, false (default) to 1.</param>
    /// <param name="useBias">True for a bias. Default false.</param>
    public NetworkSpec MemberScaling(bool randomSigns = false, bool useBias = false) =>
        Then(new MemberScaling { RandomSigns = randomSigns, UseBias = useBias });

    /// <summary>Appends a <see cref="Layers.MemberDense"/>.</summary>
    /// <param name="units">The number of outputs of each member, at least 1.</param>
    public NetworkSpec MemberDense(int units) => Then(new MemberDense(units));

    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) => other is not null && _input == other._input && _layers.SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => _layers.Aggregate(_input.GetHashCode(), HashCode.Combine);

    /// <summary>The network as a table: each layer with its outputs and parameters, inner layers below the outer layer.</summary>
    public override string ToString() => NetworkTable.Of(this);

    /// <summary>Throws unless all input encoders are fitted.</summary>
    internal void RequireFitted()
    {
        if (NotFitted is { } layer)
        {
            throw new ArgumentException(
                $"Layer {layer}, is not fitted; train the network with a Trainer, or use FittedTo of its spec.", "spec");
        }
    }

    /// <summary>Compiles the layers and allocates their parameters.</summary>
    internal Program<T> Compile<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Program as Program<T> ?? ProgramBuilder<T>.Compile(_input, _layers);

    /// <summary>Returns the layer names as the end of a message that begins with "Layer x is to be frozen but".</summary>
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
            : throw new ArgumentException("The function returned layers of another network; append the layers to its argument.", nameof(layers));
    }
}
