using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Where the outputs of layers stand while a network predicts on one thread. Element-wise layers work in place. Of the others, each reads one
/// of two regions and writes the other, both as large as the widest hidden layer needs; the outputs of the network have a block of their own.
/// What layers save for going backward is written into one region, one layer after the other.
/// </summary>
internal sealed class PredictionMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly int[] _regionOf;    // [layer]: 0 and 1 hidden, 2 the output of the network
    private readonly int _hiddenStride;  // of the widest hidden layer

    public PredictionMemory(Network<T> network)
    {
        _network = network;
        IReadOnlyList<Layer<T>> layers = network.Layers;
        _regionOf = new int[layers.Count];
        int last = 0; // the layer that writes the block of the output
        for (int i = 1; i < layers.Count; i++)
            last = IsInPlace(i) ? last : i;
        for (int i = 0, region = 1; i < layers.Count; i++)
        {
            if (!IsInPlace(i))
                region = i == last ? 2 : 1 - region;
            _regionOf[i] = region;
            if (region != 2)
                _hiddenStride = Math.Max(_hiddenStride, Lanes.Stride(layers[i].Outputs));
        }

        ElementsPerRow = 2L * _hiddenStride + Lanes.Stride(network.Spec.Outputs) + layers.Select(SavedPerRow).DefaultIfEmpty(0).Max();
    }

    /// <summary>Elements that a row takes.</summary>
    public long ElementsPerRow { get; }

    /// <summary>Elements that a layer saves for going backward, for each row.</summary>
    public static int SavedPerRow(Layer<T> layer) => layer.MemoLength(2) - layer.MemoLength(1);

    /// <summary>Allocates: [layer] → (capacity, outputs), and the region of what layers save.</summary>
    public DenseBlock<T>[] Outputs(int capacity, out Memory<T> saved)
    {
        IReadOnlyList<Layer<T>> layers = _network.Layers;
        saved = AlignedMemory.Allocate<T>(layers.Select(layer => layer.MemoLength(capacity)).DefaultIfEmpty(0).Max());
        Memory<T>[] hidden = [Region(0), Region(1)];
        var outputs = new DenseBlock<T>[layers.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = IsInPlace(i) ? outputs[i - 1]
                : _regionOf[i] == 2 ? new DenseBlock<T>(capacity, layers[i].Outputs)
                : new DenseBlock<T>(hidden[_regionOf[i]], capacity, layers[i].Outputs);
        }

        return outputs;

        Memory<T> Region(int region) => AlignedMemory.Allocate<T>(_regionOf.Contains(region) ? checked(capacity * _hiddenStride) : 0);
    }

    // Not in the place of the input, which is the caller's.
    private bool IsInPlace(int layer) => layer > 0 && _network.Layers[layer].ForwardSplit == Split.Any;
}
