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
    private readonly Dictionary<string, string> _modules; // by layer
    private readonly HashSet<string> _taken = [];
    private readonly List<(Slot Slot, float[] Values)> _writes = [];

    public SafetensorsImport(
        Network<float> network, IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? modules)
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

    private IEnumerable<Operation<float>> Learning => _network.Program.Operations.Where(operation => operation.Layer.Learns);

    public void Run()
    {
        float[]? bias = null; // of a Linear whose Dense has none
        foreach (Operation<float> layer in Learning)
        {
            bias = layer.Layer switch
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
    private float[]? AddDense(Operation<float> layer, DenseLayer<float> dense)
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

        Operation<float>? next = _network.Program.Operations.SkipWhile(operation => operation != layer).Skip(1).FirstOrDefault();
        bool absorbed = next?.Layer is BatchNormLayer<float>;
        return absorbed && _tensors.ContainsKey(NameOf(layer, "bias")) ? Take(layer, "bias", dense.Outputs) : null;
    }

    private float[]? AddBatchNorm(Operation<float> layer, BatchNormLayer<float> norm, float[]? bias)
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

    private float[] Take(Operation<float> layer, string part, params int[] shape)
    {
        string name = NameOf(layer, part);
        if (!_tensors.TryGetValue(name, out SafetensorsTensor? tensor))
        {
            string remedy = part == "bias" && layer.Layer is DenseLayer<float>
                ? "if the model has no bias there, give the Dense UseBias = false"
                : "describe the network as the model was";
            throw new InvalidDataException($"{Place(layer)} needs the tensor {name} but the file has {Names(_tensors.Keys)}; {remedy}.");
        }

        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{Place(layer)} over {layer.Layer.Inputs} inputs needs {name} of shape {SafetensorsTensor.Describe(shape)} "
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

    private Dictionary<string, string> InOrder()
    {
        string[] modules = ModuleNumbers.Order(_tensors.Keys);
        string[] layers = [.. Learning.Select(layer => layer.Name)];
        if (modules.Length != layers.Length)
        {
            throw new InvalidDataException(
                $"The file has tensors of {modules.Length} modules ({Names(modules)}) but the network has {layers.Length} layers that "
                + $"learn ({Names(layers)}); describe the network as the model was.");
        }

        return layers.Zip(modules).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private Dictionary<string, string> Checked(IReadOnlyDictionary<string, string> modules)
    {
        foreach (string name in modules.Keys)
        {
            if (!Learning.Any(layer => layer.Name == name))
            {
                throw new ArgumentException(
                    $"A module is named for layer {name} but the layers that learn are {Names(Learning.Select(layer => layer.Name))}; "
                    + "name modules for these.",
                    nameof(modules));
            }
        }

        foreach (Operation<float> layer in Learning)
        {
            if (!modules.ContainsKey(layer.Name))
            {
                throw new ArgumentException(
                    $"{Place(layer)} learns but no module is named for it; name that of every layer that learns.", nameof(modules));
            }
        }

        return new Dictionary<string, string>(modules);
    }

    private string NameOf(Operation<float> layer, string part) => _modules[layer.Name].Length == 0 ? part : $"{_modules[layer.Name]}.{part}";

    private static string Place(Operation<float> layer) => $"Layer {layer.Label},";

    // A file may have very many.
    private static string Names(IEnumerable<string> names)
    {
        const int most = 10;
        string[] first = [.. names.Take(most + 1).Select(SafetensorsHeader.Shorten)];
        return first.Length == 0 ? "none" : string.Join(", ", first.Take(most)) + (first.Length > most ? ", ..." : "");
    }
}
