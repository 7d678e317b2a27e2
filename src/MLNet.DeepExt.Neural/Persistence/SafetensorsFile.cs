using System.Collections.ObjectModel;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Named tensors as PyTorch writes them to a <c>.safetensors</c> file, and their import into a network.</summary>
/// <remarks>
/// Such a file is the length of its header as 8 bytes little-endian, the header as JSON, then the tensors' bytes, row-major and
/// little-endian: https://github.com/huggingface/safetensors. Unlike a pickle, it contains only numbers and no code.
/// </remarks>
/// <example>
/// <code>
/// // PyTorch: model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
/// //          safetensors.torch.save_file(model.state_dict(), "model.safetensors")
/// var network = new Network&lt;float&gt;(NetworkSpec.Input(4).Dense(16).BatchNorm().Relu().Dense(3));
/// using FileStream file = File.OpenRead("model.safetensors");
/// SafetensorsFile.Read(file).ImportInto(network);
/// </code>
/// </example>
public sealed class SafetensorsFile
{
    private SafetensorsFile(Dictionary<string, SafetensorsTensor> tensors) =>
        Tensors = new ReadOnlyDictionary<string, SafetensorsTensor>(tensors);

    /// <summary>The tensors by their names.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>
    /// Reads a whole file. The file need not be trusted: its content is validated, and the used memory is at most a few times the content of
    /// the stream.
    /// </summary>
    /// <param name="source">A stream that contains exactly the file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or of another kind; or its header is longer than 16 MiB, or a tensor larger than 2 GiB.
    /// </exception>
    public static SafetensorsFile Read(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var tensors = new Dictionary<string, SafetensorsTensor>();
        long end = 0;
        foreach (SafetensorsEntry entry in SafetensorsHeader.Read(source))
        {
            byte[] bytes = CautiousRead.Exactly(
                source, (int)(entry.End - entry.Begin), $"The tensor {SafetensorsHeader.Shorten(entry.Name)}");
            tensors.Add(entry.Name, new SafetensorsTensor(entry, bytes));
            end = entry.End;
        }

        if (source.ReadByte() >= 0)
        {
            throw new InvalidDataException(
                $"The safetensors file goes on after the {end} bytes of its tensors; it is damaged, or something was appended to it.");
        }

        return new SafetensorsFile(tensors);
    }

    /// <summary>
    /// Imports the parameters and statistics of a trained PyTorch model into a network: all of them, or none in case of an error.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A <see cref="Dense"/> takes <c>weight</c>, (outputs, inputs) in PyTorch and transposed here, and <c>bias</c> of a <c>Linear</c>. A
    /// <see cref="BatchNorm"/> takes <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c> of a <c>BatchNorm1d</c>;
    /// <c>num_batches_tracked</c> is ignored. The file contains neither activations nor the ε of batch norms: the network must be described
    /// as the model was (<see cref="BatchNorm.Epsilon"/> has PyTorch's default).
    /// </para>
    /// <para>
    /// A Dense directly before a batch norm has no bias here. The bias of a <c>Linear</c> at this position is subtracted from the running mean,
    /// mean - bias: (x·W + b) - mean = x·W - (mean - b). Predictions are the same, and in training the bias has no effect.
    /// </para>
    /// </remarks>
    /// <param name="network">The network. Its layers with parameters take the modules with tensors, in order.</param>
    /// <param name="modules">
    /// The module of each layer with parameters, by the layer's name in <see cref="NetworkSpec.LayerNames"/>:
    /// <c>{ ["0.dense"] = "fc1", ["2.dense"] = "fc2" }</c>. If omitted, modules are ordered by their numbers, as in an <c>nn.Sequential</c>, also in
    /// nested ones: <c>0.weight</c>, <c>0.bias</c>, <c>1.weight</c>, ..., or <c>model.0.weight</c> and so on.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <paramref name="modules"/> omits a layer with parameters, or names one without.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing or has another shape, a tensor is not used, or one is not finite; the message names it.
    /// </exception>
    public void ImportInto(Network<float> network, IReadOnlyDictionary<string, string>? modules = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        new SafetensorsImport(network, Tensors, modules).Run();
    }
}
