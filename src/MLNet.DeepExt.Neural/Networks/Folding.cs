using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Converts a trained network into a smaller one with the same predictions: layers that scale columns, such as batch norm, are folded into an
/// adjacent layer that can absorb them, such as a Dense; layers without effect at prediction are removed; and sums of parameters are precomputed.
/// </summary>
internal static class Folding
{
    public static Network<T> ForPrediction<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T>[] layers = [.. network.Program.Leaves.Select(operation => operation.Layer)];
        var copies = new List<Copy<T>>();
        int next = 0;
        var spec = new NetworkSpec(network.Spec.Inputs, Fold(network, network.Spec.Layers, layers, ref next, copies, isNested: false));
        var result = Network<T>.Uninitialized(spec);
        foreach ((Copy<T> copy, Operation<T> folded) in copies.Zip(result.Program.Leaves))
            copy(folded.Layer, result.Parameters.Write);
        return result;
    }

    // next: the index of the first of these layers among all layers; copies: writes the parameters of each kept layer.
    private static List<LayerSpec> Fold<T>(
        Network<T> network, IReadOnlyList<LayerSpec> specs, Layer<T>[] layers, ref int next, List<Copy<T>> copies,
        bool isNested)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new List<LayerSpec>();
        bool leftOut = false; // true if the last layer was removed
        ColumnScaling? before = null; // the scaling of the layers just removed, to be absorbed by the next layer
        for (int i = 0; i < specs.Count; i++)
        {
            LayerSpec spec = specs[i];
            if (spec is CompositeSpec composite)
            {
                Separate();
                result.Add(composite.Of(composite.IsParallel
                    ? FoldBranches(network, composite.Layers, layers, ref next, copies)
                    : Fold(network, composite.Layers, layers, ref next, copies, isNested: true)));
                continue;
            }

            Layer<T> layer = layers[next++];
            if (spec.Has(LayerTraits.IdentityAtPrediction))
            {
                leftOut = true;
                continue;
            }

            if (IsBeforeAbsorber(network, specs, layers, i, next) && layer.ScalingAtPrediction(network.Parameters.Read) is { } scaling)
            {
                before = before?.Then(scaling) ?? scaling;
                continue;
            }

            int place = i;
            ColumnScaling? after = spec.Absorbing is null ? null : ScalingAfter(network, specs, layers, ref i, ref next);
            leftOut = i > place;
            if (spec.AtPrediction is { } faster)
            {
                result.Add(faster);
                copies.Add((folded, write) => layer.WriteAtPrediction(network.Parameters.Read, folded, write));
                continue;
            }

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

        if (isNested)
            Separate();
        return result;

        // The following layer decides whether a Dense has a bias. If a removal would change the following layer, a Linear takes the place of the
        // removed layer.
        void Separate()
        {
            if (leftOut && (result.Count == 0 || result[^1].Absorbing is not null))
            {
                result.Add(new Linear());
                copies.Add((_, _) => { });
            }

            leftOut = false;
        }
    }

    private static List<LayerSpec> FoldBranches<T>(
        Network<T> network, IReadOnlyList<LayerSpec> branches, Layer<T>[] layers, ref int next, List<Copy<T>> copies)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new List<LayerSpec>();
        foreach (LayerSpec branch in branches)
        {
            List<LayerSpec> folded = Fold(network, [branch], layers, ref next, copies, isNested: true);
            result.Add(folded.Count == 1 ? folded[0] : new Sequential(folded));
        }

        return result;
    }

    // Advances past the layers that it absorbs.
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

    // True if the layer is folded into the next one, and only such layers and removed layers stand between it and the layer that absorbs them.
    // next: the index of the layer after it.
    private static bool IsBeforeAbsorber<T>(Network<T> network, IReadOnlyList<LayerSpec> specs, Layer<T>[] layers, int layer, int next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!specs[layer].Has(LayerTraits.FoldsIntoNext))
            return false;
        for (int i = layer + 1; i < specs.Count && specs[i] is not CompositeSpec; i++, next++)
        {
            if (specs[i].Absorbing is not null)
                return true;
            bool vanishes = specs[i].Has(LayerTraits.IdentityAtPrediction)
                || (specs[i].Has(LayerTraits.FoldsIntoNext) && layers[next].ScalingAtPrediction(network.Parameters.Read) is not null);
            if (!vanishes)
                return false;
        }

        return false;
    }

    private static void CopyNumbers<T>(Network<T> network, Layer<T> layer, Layer<T> folded, SlotWriter<T> write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer.Parameters.Count != folded.Parameters.Count)
            throw new InvalidOperationException($"A layer with {layer.Parameters.Count} parameters has {folded.Parameters.Count} when it is folded.");
        foreach ((Slot from, Slot to) in layer.Parameters.Zip(folded.Parameters).Concat(layer.Buffers.Zip(folded.Buffers)))
            write(to, network.Parameters.Read(from));
    }

    private delegate void Copy<T>(Layer<T> folded, SlotWriter<T> write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
