using System.Collections.ObjectModel;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Named tensors as PyTorch writes them to a <c>.safetensors</c> file, and how they become the weights of a network.</summary>
/// <remarks>
/// Such a file is the length of its header as 8 bytes little-endian, the header as JSON, then the tensors' bytes, row-major and
/// little-endian: https://github.com/huggingface/safetensors. It holds numbers alone and no program, unlike a pickle.
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
    /// Reads a whole file. It may come from anywhere: all that it says is checked, and no more memory is taken than a few times what
    /// the stream holds.
    /// </summary>
    /// <param name="source">A stream that stands at the beginning and ends with the file.</param>
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
    /// Gives a network the parameters and statistics of a trained PyTorch model, all of them or, if something is wrong, none.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A <see cref="Dense"/> takes <c>weight</c>, (outputs, inputs) in PyTorch and transposed here, and <c>bias</c> of a <c>Linear</c>. A
    /// <see cref="BatchNorm"/> takes <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c> of a <c>BatchNorm1d</c>;
    /// <c>num_batches_tracked</c> is passed over. The file tells neither activations nor a batch norm's ε: the network must be described
    /// as the model was (<see cref="BatchNorm.Epsilon"/> has PyTorch's default).
    /// </para>
    /// <para>
    /// A Dense directly before a batch norm has no bias here. That of a <c>Linear</c> in this place goes into the running mean, as
    /// mean - bias: (x·W + b) - mean = x·W - (mean - b), so that predictions are the same, and in training the bias had no effect.
    /// </para>
    /// </remarks>
    /// <param name="network">Receives them. Its layers that learn take the modules that have tensors, one after the other.</param>
    /// <param name="modules">
    /// The module of each layer that learns, by the layer's name in <see cref="NetworkSpec.LayerNames"/>:
    /// <c>{ ["0.dense"] = "fc1", ["2.dense"] = "fc2" }</c>. If left out, the modules go by their numbers, as those of an <c>nn.Sequential</c>, nested
    /// ones too, do: <c>0.weight</c>, <c>0.bias</c>, <c>1.weight</c>, ..., or <c>model.0.weight</c> and so on.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <paramref name="modules"/> leaves out a layer that learns, or names one that does not.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing or has another shape, no layer takes one, or one is not finite; the message names it.
    /// </exception>
    public void ImportInto(Network<float> network, IReadOnlyDictionary<string, string>? modules = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        new SafetensorsImport(network, Tensors, modules).Run();
    }
}
