using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Turns a trained network into a smaller one that predicts the same: batch norm becomes part of the Dense before it, and
/// what does nothing at prediction is left out.
/// </summary>
internal static class Folding
{
    public static Network<T> ForPrediction<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] kept = [.. Enumerable.Range(0, network.Layers.Count).Where(i => network.Spec.Layers[i] is not IIdentityAtPrediction)];
        var specs = new List<LayerSpec>();
        var copies = new List<Action<Network<T>, int>>();
        for (int k = 0; k < kept.Length; k++)
        {
            Layer<T> layer = network.Layers[kept[k]];
            LayerSpec spec = network.Spec.Layers[kept[k]];
            if (layer is DenseLayer<T> dense && ScalingsAfter(network, kept.AsSpan(k + 1)) is { Length: > 0 } scalings)
            {
                specs.Add((Dense)spec with { UseBias = true });
                copies.Add((folded, index) =>
                    Absorb(network.Parameters, dense, scalings, folded.Parameters, (DenseLayer<T>)folded.Layers[index]));
                k += scalings.Length;
            }
            else
            {
                specs.Add(spec);
                copies.Add((folded, index) => Copy(network.Parameters, layer, folded.Parameters, folded.Layers[index]));
            }
        }

        var result = Network<T>.Uninitialized(new NetworkSpec(network.Spec.Inputs, specs));
        for (int i = 0; i < copies.Count; i++)
            copies[i](result, i);
        return result;
    }

    private static IColumnScaling<T>[] ScalingsAfter<T>(Network<T> network, ReadOnlySpan<int> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scalings = new List<IColumnScaling<T>>();
        for (int i = 0; i < layers.Length && network.Layers[layers[i]] is IColumnScaling<T> scaling; i++)
            scalings.Add(scaling);
        return [.. scalings];
    }

    // (x·W + b)·scale + shift = x·(W·scale) + (b·scale + shift), column by column, for one scaling after the other.
    private static void Absorb<T>(
        ParameterStore<T> source, DenseLayer<T> dense, IColumnScaling<T>[] scalings, ParameterStore<T> destination, DenseLayer<T> folded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = dense.Outputs;
        double[] total = new double[units];
        total.AsSpan().Fill(1);
        double[] bias = dense.Bias is null ? new double[units] : [.. source.Read(dense.Bias).Select(double.CreateTruncating)];
        double[] scale = new double[units], shift = new double[units];
        foreach (IColumnScaling<T> scaling in scalings)
        {
            scaling.ScalingAtPrediction(source.Values, source.BufferValues, scale, shift);
            for (int j = 0; j < units; j++)
            {
                total[j] *= scale[j];
                bias[j] = bias[j] * scale[j] + shift[j];
            }
        }

        // The weights may be most of what the process holds: no second copy of them in double.
        T[] weight = source.Read(dense.Weight);
        for (int i = 0; i < weight.Length; i++)
            weight[i] = T.CreateTruncating(double.CreateTruncating(weight[i]) * total[i % units]);
        destination.Write(folded.Weight, weight);
        destination.Write(folded.Bias!, [.. bias.Select(T.CreateTruncating)]);
    }

    private static void Copy<T>(ParameterStore<T> source, Layer<T> layer, ParameterStore<T> destination, Layer<T> copy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer is not ParameterLayer<T> from || copy is not ParameterLayer<T> to)
            return;
        foreach ((Slot old, Slot present) in from.Parameters.Zip(to.Parameters).Concat(from.Buffers.Zip(to.Buffers)))
            destination.Write(present, source.Read(old));
    }
}
