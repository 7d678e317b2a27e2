using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Copies the learned parameters of the first layers of a network into a network for another task.</summary>
internal static class Transfer
{
    public static Network<T> WithHead<T>(Network<T> network, int keep, Func<NetworkSpec, NetworkSpec> head, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(head);
        int layers = network.Spec.Layers.Count;
        if (keep < 0 || keep > layers)
        {
            throw new ArgumentException(
                $"{keep} layers are to be kept but the network has {layers}; keep from 0 to {layers}.",
                nameof(keep));
        }

        NetworkSpec spec = head(network.Spec.Take(keep));
        RequireKept(network.Spec, keep, spec);
        var result = new Network<T>(spec, seed);
        int operations = network.Spec.Take(keep).Program.Operations.Count;
        for (int i = 0; i < operations; i++)
        {
            Operation<T> old = network.Program.Operations[i];
            Slot[] from = SlotsOf(old.Layer), to = SlotsOf(result.Program.Operations[i].Layer);
            RequireSameSlots(network.Spec, keep, old, from, to);
            foreach ((Slot source, Slot destination) in from.Zip(to))
                result.Parameters.Write(destination, network.Parameters.Read(source));
        }

        return result;
    }

    public static Network<T> WithNewOutputs<T>(Network<T> network, int outputs, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int last = Array.FindLastIndex([.. network.Program.Operations], operation => operation.Spec is Dense or MemberDense);
        LayerSpec[]? layers = last < 0 ? null : WithUnits(network.Spec.Layers, outputs);
        if (layers is null)
        {
            throw new InvalidOperationException(
                "The network has no Dense that could get other outputs; put a new one at its end with WithHead.");
        }

        var result = new Network<T>(new NetworkSpec(network.Spec.Inputs, layers), seed);
        if (result.Spec.Outputs != outputs)
        {
            throw new InvalidOperationException(
                $"With {outputs} units in layer {network.Program.Operations[last].Label}, the network has {result.Spec.Outputs} outputs, because other "
                + "layers change their number; put new ones at its end with WithHead.");
        }

        // [value]: true if it is computed by other layers than before.
        var isNew = new bool[network.Program.Operations.Count + 1];
        foreach ((int i, Operation<T> old) in network.Program.Operations.Index())
        {
            Operation<T> now = result.Program.Operations[i];
            isNew[i + 1] = isNew[old.Input] || (old.Skip >= 0 && isNew[old.Skip])
                || (old.Spec is not CompositeSpec && !ReferenceEquals(old.Spec, now.Spec));
            if (isNew[i + 1])
                continue;
            foreach ((Slot from, Slot to) in SlotsOf(old.Layer).Zip(SlotsOf(now.Layer)))
                result.Parameters.Write(to, network.Parameters.Read(from));
        }

        return result;
    }

    // Returns the layers with the last output layer changed, at any nesting level; null if there is none.
    private static LayerSpec[]? WithUnits(IReadOnlyList<LayerSpec> layers, int outputs)
    {
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            LayerSpec? changed = layers[i] switch
            {
                Dense dense => dense with { Units = outputs },
                MemberDense dense => dense with { Units = outputs },
                CompositeSpec { IsParallel: true } branches => OfBranches(branches, outputs),
                CompositeSpec composite => WithUnits(composite.Layers, outputs) is { } inner ? composite.Of(inner) : null,
                _ => null,
            };
            if (changed is not null)
                return [.. layers.Take(i), changed, .. layers.Skip(i + 1)];
        }

        return null;
    }

    // Each branch has an output layer.
    private static CompositeSpec? OfBranches(CompositeSpec branches, int outputs)
    {
        LayerSpec[]?[] changed = [.. branches.Layers.Select(branch => WithUnits([branch], outputs))];
        return Array.TrueForAll(changed, branch => branch is not null) ? branches.Of([.. changed.Select(branch => branch![0])]) : null;
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

    private static void RequireSameSlots<T>(NetworkSpec network, int keep, Operation<T> layer, Slot[] from, Slot[] to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // With an equal description at the same position, only the number of parameters can differ: whether there is a bias.
        if (from.Length == to.Length)
            return;
        string remedy = from.Length < to.Length
            ? $"keep {keep + 1} layers, so that the {network.Layers[keep]} after it comes along"
            : "begin the head with a Linear, which keeps the bias";
        throw new ArgumentException(
            $"Layer {layer.Label}, has learned {Names(from)} but before this head it has {Names(to)}, "
            + $"because a Dense has no bias directly before a BatchNorm; {remedy}.",
            "head");
    }

    private static string Names(Slot[] slots) => string.Join(" and ", slots.Select(slot => slot.Name));

    private static Slot[] SlotsOf<T>(Layer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. layer.Parameters, .. layer.Buffers];
}
