using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Brings the tensors of a PyTorch model into a network. Everything is checked before anything is written.</summary>
internal sealed class SafetensorsImport
{
    // Counts batches, for another kind of running average.
    private const string Counter = "num_batches_tracked";

    private readonly Network<float> _network;
    private readonly SortedDictionary<string, SafetensorsTensor> _tensors;
    private readonly Dictionary<int, string> _modules; // by layer
    private readonly HashSet<string> _taken = [];
    private readonly List<(Slot Slot, float[] Values)> _writes = [];

    public SafetensorsImport(
        Network<float> network, IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyDictionary<int, string>? modules)
    {
        _network = network;
        _tensors = new SortedDictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in tensors.Values)
        {
            if (ModuleNumbers.PartOf(tensor.Name) != Counter)
                _tensors.Add(tensor.Name, tensor);
        }

        _modules = modules is null ? InOrder() : Checked(modules);
    }

    private IEnumerable<int> Learning =>
        Enumerable.Range(0, _network.Layers.Count).Where(i => _network.Layers[i] is ParameterLayer<float>);

    public void Run()
    {
        float[]? bias = null; // of a Linear whose Dense has none
        foreach (int layer in Learning)
        {
            bias = _network.Layers[layer] switch
            {
                DenseLayer<float> dense => AddDense(layer, dense),
                BatchNormLayer<float> norm => AddBatchNorm(layer, norm, bias),
                _ => throw new NotSupportedException($"{Place(layer)} has no counterpart in PyTorch whose tensors it could take."),
            };
        }

        string[] left = [.. _tensors.Keys.Where(name => !_taken.Contains(name))];
        if (left.Length > 0)
        {
            throw new InvalidDataException(
                $"No layer of the network takes {Names(left)}; describe the network as the model was, or save the model without.");
        }

        foreach ((Slot slot, float[] values) in _writes)
            _network.Parameters.Write(slot, values);
    }

    // The bias that has no place here but in the batch norm after it.
    private float[]? AddDense(int layer, DenseLayer<float> dense)
    {
        float[] weight = Take(layer, "weight", dense.Outputs, dense.Inputs);
        var transposed = new float[weight.Length];
        for (int i = 0; i < weight.Length; i++)
            transposed[i % dense.Inputs * dense.Outputs + i / dense.Inputs] = weight[i];
        _writes.Add((dense.Weight, transposed));
        if (dense.Bias is not null)
        {
            _writes.Add((dense.Bias, Take(layer, "bias", dense.Outputs)));
            return null;
        }

        bool absorbed = layer + 1 < _network.Layers.Count && _network.Layers[layer + 1] is BatchNormLayer<float>;
        return absorbed && _tensors.ContainsKey(NameOf(layer, "bias")) ? Take(layer, "bias", dense.Outputs) : null;
    }

    private float[]? AddBatchNorm(int layer, BatchNormLayer<float> norm, float[]? bias)
    {
        _writes.Add((norm.Parameters[0], Take(layer, "weight", norm.Inputs)));
        _writes.Add((norm.Parameters[1], Take(layer, "bias", norm.Inputs)));
        float[] mean = Take(layer, "running_mean", norm.Inputs);
        for (int i = 0; bias is not null && i < mean.Length; i++)
            mean[i] -= bias[i];
        _writes.Add((norm.Buffers[0], mean));
        float[] variance = Take(layer, "running_var", norm.Inputs);
        if (Array.FindIndex(variance, value => value < 0) is var negative and >= 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The tensor {NameOf(layer, "running_var")} has {variance[negative]} at {negative}; a variance is at least 0."));
        }

        _writes.Add((norm.Buffers[1], variance));
        return null;
    }

    private float[] Take(int layer, string part, params int[] shape)
    {
        string name = NameOf(layer, part);
        if (!_tensors.TryGetValue(name, out SafetensorsTensor? tensor))
        {
            string remedy = part == "bias" && _network.Layers[layer] is DenseLayer<float>
                ? "if the model has no bias there, give the Dense UseBias = false"
                : "describe the network as the model was";
            throw new InvalidDataException($"{Place(layer)} needs the tensor {name} but the file has {Names(_tensors.Keys)}; {remedy}.");
        }

        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{Place(layer)} over {_network.Layers[layer].Inputs} inputs needs {name} of shape {SafetensorsTensor.Describe(shape)} "
                + $"but the file's has {SafetensorsTensor.Describe(tensor.Shape)}; describe the network as the model was.");
        }

        float[] values = tensor.ToSingles();
        if (Array.FindIndex(values, value => !float.IsFinite(value)) is var strange and >= 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The tensor {name} has {values[strange]} at {strange}; save a model whose numbers are finite floats."));
        }

        _taken.Add(name);
        return values;
    }

    private Dictionary<int, string> InOrder()
    {
        string[] modules = ModuleNumbers.Order(_tensors.Keys);
        int[] layers = [.. Learning];
        if (modules.Length != layers.Length)
        {
            throw new InvalidDataException(
                $"The file has tensors of {modules.Length} modules ({Names(modules)}) but the network has {layers.Length} layers that "
                + $"learn ({Names(layers.Select(layer => $"{layer}"))}); describe the network as the model was.");
        }

        return layers.Zip(modules).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private Dictionary<int, string> Checked(IReadOnlyDictionary<int, string> modules)
    {
        foreach (int layer in modules.Keys)
        {
            if (!Learning.Contains(layer))
            {
                throw new ArgumentException(
                    $"A module is named for layer {layer} but the layers that learn are {Names(Learning.Select(i => $"{i}"))}; "
                    + "name modules for these.",
                    nameof(modules));
            }
        }

        foreach (int layer in Learning)
        {
            if (!modules.ContainsKey(layer))
            {
                throw new ArgumentException(
                    $"{Place(layer)} learns but no module is named for it; name that of every layer that learns.", nameof(modules));
            }
        }

        return new Dictionary<int, string>(modules);
    }

    private string NameOf(int layer, string part) => _modules[layer].Length == 0 ? part : $"{_modules[layer]}.{part}";

    private string Place(int layer) => $"Layer {layer}, {_network.Spec.Layers[layer]},";

    // A file may have very many.
    private static string Names(IEnumerable<string> names)
    {
        const int most = 10;
        string[] first = [.. names.Take(most + 1).Select(SafetensorsHeader.Shorten)];
        return first.Length == 0 ? "none" : string.Join(", ", first.Take(most)) + (first.Length > most ? ", ..." : "");
    }
}
