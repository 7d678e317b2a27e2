using System.Globalization;
using System.Text;
using MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A network as data: how many inputs it has and its layers in order. Immutable, equal by value, printed as a table.
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

    /// <summary>Checks and keeps a description.</summary>
    /// <param name="inputs">Numbers in a row of input, at least 1.</param>
    /// <param name="layers">The layers in order.</param>
    /// <exception cref="ArgumentException">A layer is impossible; the message says which, why and what to do.</exception>
    public NetworkSpec(int inputs, IEnumerable<LayerSpec> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (inputs < 1)
            throw new ArgumentException($"A network needs at least 1 input but has {inputs}; give it the length of a row.", nameof(inputs));
        Inputs = inputs;
        Outputs = inputs;
        _layers = [.. layers];
        Layers = Array.AsReadOnly(_layers);
        foreach ((int index, LayerSpec layer) in _layers.Index())
        {
            if (layer is null)
                throw new ArgumentException($"Layer {index} is null; leave it out.", nameof(layers));
            layer.Validate();
            Outputs = layer.OutputWidth(Outputs);
        }

        // Counts the parameters, and refuses what no array could hold.
        ParameterCount = Compile<float>(out _).Parameters.Sum(slot => (long)slot.Shape.Count);
    }

    /// <summary>Numbers in a row of input.</summary>
    public int Inputs { get; }

    /// <summary>Numbers in a row of output.</summary>
    public int Outputs { get; }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>How many numbers training learns: 4 bytes each in a network of <see cref="float"/>, and in a model file.</summary>
    public long ParameterCount { get; }

    /// <summary>Whether its first layer is one that can leave zeros out.</summary>
    internal bool ReadsSparseRows => _layers is [IReadsSparseRows, ..];

    /// <summary>A network that so far passes its inputs on.</summary>
    /// <param name="width">Numbers in a row of input, at least 1.</param>
    public static NetworkSpec Input(int width) => new(width, []);

    /// <summary>This network with one more layer at its end.</summary>
    /// <param name="layer">Any kind of layer.</param>
    public NetworkSpec Then(LayerSpec layer) => new(Inputs, [.. _layers, layer]);

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

        return new NetworkSpec(Inputs, _layers[..layers]);
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

    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) => other is not null && Inputs == other.Inputs && _layers.SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => _layers.Aggregate(Inputs, HashCode.Combine);

    /// <summary>A table: each layer with its outputs and parameters.</summary>
    public override string ToString()
    {
        Compile(out IReadOnlyList<Layer<float>> compiled);
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"Layer",-24} {"Outputs",10} {"Parameters",12}\n");
        Row(table, "Input", Inputs, 0);
        long total = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            long parameters = (compiled[i] as ParameterLayer<float>)?.Parameters.Sum(slot => (long)slot.Shape.Count) ?? 0;
            Row(table, _layers[i].ToString(), compiled[i].Outputs, parameters);
            total += parameters;
        }

        Row(table, "Total", Outputs, total);
        return table.ToString().TrimEnd();
    }

    /// <summary>Builds the layers that compute, and the places of their parameters.</summary>
    internal SlotAllocator Compile<T>(out IReadOnlyList<Layer<T>> compiled)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var slots = new SlotAllocator();
        var result = new Layer<T>[_layers.Length];
        int width = Inputs;
        for (int i = 0; i < _layers.Length; i++)
        {
            slots.Begin(_layers[i], i, width);
            result[i] = _layers[i].Compile<T>(new LayerPlace(i, width, new ArraySegment<LayerSpec>(_layers)[(i + 1)..], slots));
            width = result[i].Outputs;
        }

        compiled = result;
        return slots;
    }

    private static void Row(StringBuilder table, string layer, int outputs, long parameters) =>
        table.Append(CultureInfo.InvariantCulture, $"{layer,-24} {outputs,10:N0} {parameters,12:N0}").Append('\n');
}
