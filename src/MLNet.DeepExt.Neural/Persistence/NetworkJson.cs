using System.Text.Json;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A network's description and its loss as JSON.</summary>
internal static class NetworkJson
{
    public static byte[] Write(NetworkSpec spec, Loss loss) =>
        JsonSerializer.SerializeToUtf8Bytes(new Document(spec.Inputs, [.. spec.Layers], loss), KindJson.Options);

    // More than anybody trains, and few enough that layers without numbers take no memory to speak of.
    private const int MostLayers = 10_000;

    // Inputs of a network that learns have numbers in the file; of one that does not, there may be as many as in a picture.
    private const long FewInputs = 1 << 20;

    /// <summary>Reads a description, and believes its sizes only as far as there are numbers for them.</summary>
    /// <param name="json">The text.</param>
    /// <param name="numbers">How many numbers follow it.</param>
    /// <exception cref="InvalidDataException">The text is no description of a possible network.</exception>
    public static (NetworkSpec Spec, Loss Loss) Read(ReadOnlySpan<byte> json, long numbers)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, KindJson.Options)
                ?? throw new InvalidDataException("The description of the network is empty.");
            RequireSizes(document, Math.Max(FewInputs, numbers));
            var spec = new NetworkSpec(document.Inputs, document.Layers);
            document.Loss.Validate(spec.Outputs);
            return (spec, document.Loss);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The description of the network is not valid: {exception.Message}", exception);
        }
    }

    // Every output of a layer that learns has a number of its own, and the others have as many outputs as inputs.
    private static void RequireSizes(Document document, long most)
    {
        if (document.Layers.Length > MostLayers)
            throw new InvalidDataException($"The network has {document.Layers.Length} layers but at most {MostLayers} are read.");
        int width = document.Inputs;
        for (int layer = 0; layer <= document.Layers.Length; layer++)
        {
            if (width > most)
            {
                throw new InvalidDataException(
                    $"The description of the network claims a layer of {width} numbers, more than the file holds; the file is damaged.");
            }

            if (layer == document.Layers.Length)
                return;
            LayerSpec spec = document.Layers[layer] ?? throw new InvalidDataException("The description of the network has an empty layer.");
            spec.Validate();
            width = spec.OutputWidth(width);
        }
    }

    private sealed record Document(int Inputs, LayerSpec[] Layers, Loss Loss);
}
