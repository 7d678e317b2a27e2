using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Takes what the first layers of a network have learned into a network for another task.</summary>
internal static class Transfer
{
    public static Network<T> WithHead<T>(Network<T> network, int keep, Func<NetworkSpec, NetworkSpec> head, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(head);
        if (keep < 0 || keep > network.Layers.Count)
        {
            throw new ArgumentException(
                $"{keep} layers are to be kept but the network has {network.Layers.Count}; keep from 0 to {network.Layers.Count}.",
                nameof(keep));
        }

        NetworkSpec spec = head(network.Spec.Take(keep));
        RequireKept(network.Spec, keep, spec);
        var result = new Network<T>(spec, seed);
        for (int i = 0; i < keep; i++)
        {
            Slot[] from = SlotsOf(network.Layers[i]), to = SlotsOf(result.Layers[i]);
            RequireSameSlots(network.Spec, i, from, to);
            foreach ((Slot old, Slot present) in from.Zip(to))
                result.Parameters.Write(present, network.Parameters.Read(old));
        }

        return result;
    }

    public static Network<T> WithNewOutputs<T>(Network<T> network, int outputs, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int last = network.Spec.Layers.Count - 1;
        while (last >= 0 && network.Spec.Layers[last] is not Dense)
            last--;
        if (last < 0)
        {
            throw new InvalidOperationException(
                "The network has no Dense that could get other outputs; put a new one at its end with WithHead.");
        }

        var dense = (Dense)network.Spec.Layers[last] with { Units = outputs };
        LayerSpec[] rest = [dense, .. network.Spec.Layers.Skip(last + 1)];
        return WithHead(network, last, kept => new NetworkSpec(kept.Inputs, [.. kept.Layers, .. rest]), seed);
    }

    private static void RequireKept(NetworkSpec network, int keep, NetworkSpec? result)
    {
        bool kept = result is not null && result.Inputs == network.Inputs && result.Layers.Count >= keep
            && result.Layers.Take(keep).SequenceEqual(network.Layers.Take(keep));
        if (!kept)
        {
            throw new ArgumentException(
                $"The head must put layers after the {keep} that are kept but gave a network that does not begin with them; "
                + "build it on the description that it is handed.",
                "head");
        }
    }

    private static void RequireSameSlots(NetworkSpec network, int layer, Slot[] from, Slot[] to)
    {
        // Of an equal description in the same place only the number of slots can differ: whether there is a bias.
        if (from.Length == to.Length)
            return;
        string remedy = from.Length < to.Length
            ? $"keep {layer + 2} layers, so that the {network.Layers[layer + 1]} after it comes along"
            : "begin the head with a Linear, which keeps the bias";
        throw new ArgumentException(
            $"Layer {layer}, {network.Layers[layer]}, has learned {Names(from)} but before this head it has {Names(to)}, "
            + $"because a Dense has no bias directly before a BatchNorm; {remedy}.",
            "head");
    }

    private static string Names(Slot[] slots) => string.Join(" and ", slots.Select(slot => slot.Name));

    private static Slot[] SlotsOf<T>(Layer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        layer is ParameterLayer<T> learns ? [.. learns.Parameters, .. learns.Buffers] : [];
}
