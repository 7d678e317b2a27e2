using System.Text.Json;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A network's description and its loss as JSON.</summary>
internal static class NetworkJson
{
    // More than networks have, and few enough that layers without numbers take no memory to speak of.
    private const int MostLayers = 10_000;

    /// <exception cref="InvalidOperationException">A kind is not registered.</exception>
    /// <exception cref="NotSupportedException">The network has more layers than are read.</exception>
    public static byte[] Write(NetworkSpec spec, Loss loss)
    {
        long count = CountOf(spec.Layers);
        if (count > MostLayers)
            throw new NotSupportedException($"The network has {count} layers but a file holds {MostLayers}; make it smaller.");
        NetworkDocument document = DocumentOf(spec, loss);
        KindJson.OfNetworks.RequireRegistered(document);
        return JsonSerializer.SerializeToUtf8Bytes(document, KindJson.OfNetworks.TypeOf<NetworkDocument>());
    }

    /// <summary>The text by which a checkpoint compares networks: what a file has, but kinds that are not of this library by their text.</summary>
    public static string Describe(NetworkSpec spec, Loss loss) => KindDescriptions.Of(DocumentOf(spec, loss));

    /// <exception cref="InvalidDataException">The text is no description of a possible network.</exception>
    public static (NetworkSpec Spec, Loss Loss) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            NetworkDocument document = JsonSerializer.Deserialize(json, KindJson.OfNetworks.TypeOf<NetworkDocument>())
                ?? throw new InvalidDataException("The description of the network is empty.");
            long count = CountOf(document.Layers);
            if (count > MostLayers)
                throw new InvalidDataException($"The network has {count} layers but at most {MostLayers} are read.");
            var spec = new NetworkSpec(document.Inputs, document.Layers.Select(AsOfThisVersion));
            spec.RequireFitted();
            document.Loss.Validate(spec.Outputs);
            return (spec, document.Loss);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException(
                $"The description of the network is not valid: {KindJson.OfNetworks.FaultOfKinds(json) ?? OptionFault.Repeat(exception)}", exception);
        }
    }

    private static NetworkDocument DocumentOf(NetworkSpec spec, Loss loss) => new(spec.Inputs, [.. spec.Layers], loss);

    // Of members each for itself: each may have separate parameters. More than are read is counted as one more, however many there are.
    private static long CountOf(IEnumerable<LayerSpec?> layers)
    {
        long count = 0;
        foreach (LayerSpec? layer in layers)
        {
            long inner = layer is CompositeSpec composite ? CountOf(composite.Layers) : 0;
            int members = layer is Members { Count: > 1 and <= Members.Most } ensemble ? ensemble.Count : 1;
            count = Math.Min(count + 1 + members * inner, MostLayers * (1L + Members.Most));
        }

        return count;
    }

    // Earlier versions took any probability above 0. Dropout does nothing at prediction, and in training such a layer keeps nothing either way.
    private static LayerSpec AsOfThisVersion(LayerSpec layer) => layer is Dropout { KeepProbability: > 0 and < Dropout.LeastKeepProbability }
        ? new Dropout(Dropout.LeastKeepProbability) { Name = layer.Name }
        : layer;
}
