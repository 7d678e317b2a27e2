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

    /// <exception cref="InvalidDataException">The text is no description of a possible network.</exception>
    public static (NetworkSpec Spec, Loss Loss) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, KindJson.Options)
                ?? throw new InvalidDataException("The description of the network is empty.");
            var spec = new NetworkSpec(document.Inputs, document.Layers);
            document.Loss.Validate(spec.Outputs);
            return (spec, document.Loss);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The description of the network is not valid: {exception.Message}", exception);
        }
    }

    private sealed record Document(int Inputs, LayerSpec[] Layers, Loss Loss);
}
