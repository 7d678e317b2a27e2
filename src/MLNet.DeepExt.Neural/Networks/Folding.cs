using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Turns a trained network into a smaller one that predicts the same: what scales columns, such as batch norm, becomes part of a layer beside it
/// that can absorb it, such as a Dense, and what does nothing at prediction is left out.
/// </summary>
internal static class Folding
{
    public static Network<T> ForPrediction<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T>[] layers = [.. network.Program.Operations.Where(operation => operation.Spec is not CompositeSpec).Select(operation => operation.Layer)];
        var copies = new List<Copy<T>>();
        int next = 0;
        var spec = new NetworkSpec(network.Spec.Inputs, Fold(network, network.Spec.Layers, layers, ref next, copies));
        var result = Network<T>.Uninitialized(spec);
        IEnumerable<Layer<T>> folded =
            result.Program.Operations.Where(operation => operation.Spec is not CompositeSpec).Select(operation => operation.Layer);
        foreach ((Copy<T> copy, Layer<T> layer) in copies.Zip(folded))
            copy(layer, result.Parameters.Write);
        return result;
    }

    // next: the number of the first of these layers among all; copies: what writes the parameters of each layer that is kept.
    private static List<LayerSpec> Fold<T>(
        Network<T> network, IReadOnlyList<LayerSpec> specs, Layer<T>[] layers, ref int next, List<Copy<T>> copies)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new List<LayerSpec>();
        ColumnScaling? before = null; // of the layers that have just been left out, waiting for one that absorbs it
        for (int i = 0; i < specs.Count; i++)
        {
            LayerSpec spec = specs[i];
            if (spec is CompositeSpec composite)
            {
                result.Add(composite.Of(Fold(network, composite.Layers, layers, ref next, copies)));
                continue;
            }

            Layer<T> layer = layers[next++];
            if (spec.Has(LayerTraits.IdentityAtPrediction))
                continue;
            if (spec.Has(LayerTraits.FoldsIntoNext) && IsBeforeAbsorber(specs, i) && layer.ScalingAtPrediction(network.Parameters.Read) is { } scaling)
            {
                before = before?.Then(scaling) ?? scaling;
                continue;
            }

            ColumnScaling? after = spec.Absorbing is null ? null : ScalingAfter(network, specs, layers, ref i, ref next);
            if (before is null && after is null)
            {
                result.Add(spec);
                copies.Add((folded, write) => CopyNumbers(network, layer, folded, write));
                continue;
            }

            result.Add(spec.Absorbing!);
            ColumnScaling? absorbed = before;
            copies.Add((folded, write) => layer.WriteAbsorbed(absorbed, after, network.Parameters.Read, folded, write));
            before = null;
        }

        return result;
    }

    // Moves on behind the layers that it takes up.
    private static ColumnScaling? ScalingAfter<T>(Network<T> network, IReadOnlyList<LayerSpec> specs, Layer<T>[] layers, ref int i, ref int next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ColumnScaling? total = null;
        while (i + 1 < specs.Count && specs[i + 1] is not CompositeSpec)
        {
            if (!specs[i + 1].Has(LayerTraits.IdentityAtPrediction))
            {
                if (layers[next].ScalingAtPrediction(network.Parameters.Read) is not { } scaling)
                    break;
                total = total?.Then(scaling) ?? scaling;
            }

            i++;
            next++;
        }

        return total;
    }

    // Whether nothing but what is left out, too, stands between this layer and one that absorbs a scaling.
    private static bool IsBeforeAbsorber(IReadOnlyList<LayerSpec> specs, int layer) =>
        specs.Skip(layer + 1).FirstOrDefault(spec => !spec.Has(LayerTraits.IdentityAtPrediction) && !spec.Has(LayerTraits.FoldsIntoNext))
            is { Absorbing: not null };

    private static void CopyNumbers<T>(Network<T> network, Layer<T> layer, Layer<T> folded, SlotWriter<T> write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((Slot from, Slot to) in layer.Parameters.Zip(folded.Parameters).Concat(layer.Buffers.Zip(folded.Buffers)))
            write(to, network.Parameters.Read(from));
    }

    private delegate void Copy<T>(Layer<T> folded, SlotWriter<T> write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
