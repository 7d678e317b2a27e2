using System.Numerics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Networks as if they had been trained: biases, scales and running statistics are not what they began as.</summary>
internal static class TrainedNetworks
{
    public static Network<float> Of(NetworkSpec spec, int seed)
    {
        var network = new Network<float>(spec, seed);
        var random = new Random(seed);
        ParameterStore<float> store = network.Parameters;
        foreach (Slot slot in store.Slots.Where(slot => slot.Kind != SlotKind.Weight))
            store.Write(slot, Numbers.Uniform<float>(random, slot.Shape.Count, slot.Kind == SlotKind.Scale ? 0.5 : -0.5, 1.5));
        foreach (Slot slot in store.Buffers)
        {
            bool isVariance = slot.Name.EndsWith("variance", StringComparison.Ordinal);
            store.Write(slot, Numbers.Uniform<float>(random, slot.Shape.Count, isVariance ? 0.2 : -1, isVariance ? 3 : 1));
        }

        return network;
    }

    public static DenseBlock<T> Block<T>(ReadOnlySpan<T> rowMajor, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var block = new DenseBlock<T>(rowMajor.Length / width, width);
        for (int row = 0; row < block.Rows; row++)
            rowMajor.Slice(row * width, width).CopyTo(block.Row(row));
        return block;
    }
}
