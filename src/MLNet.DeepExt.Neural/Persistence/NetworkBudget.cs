using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// How much memory a description in a file may ask for, by the numbers that the file holds. It is checked before any memory is taken. A right
/// checksum does not say that the file was written by this library.
/// </summary>
internal static class NetworkBudget
{
    // A network that learns has a number for each of its inputs, or more; one that does not may have as many as a picture has pixels.
    private const long FewInputs = 1 << 16;

    // Training and attribution keep the outputs of all layers for each row. A layer that learns has as many numbers as outputs, or more, and
    // a few layers that have none follow it; a megabyte of floats is allowed in any case.
    private const long OutputsPerNumber = 16, FewOutputs = 1 << 20;

    /// <returns>The slots whose numbers the file holds.</returns>
    /// <exception cref="InvalidDataException">There are not as many numbers as the network has, or too few for what it would take.</exception>
    public static SlotAllocator Require(NetworkSpec spec, int bytes)
    {
        SlotAllocator slots = spec.Compile<float>(out IReadOnlyList<Layer<float>> layers);
        long wanted = SlotNumbers.LengthOf(slots.Parameters) + SlotNumbers.LengthOf(slots.Buffers);
        if (wanted != bytes)
            throw new InvalidDataException($"The network file should hold {wanted} bytes of numbers but holds {bytes}.");

        long numbers = bytes / sizeof(float);
        long ignored = spec.Layers is [CategoryEmbedding first, ..] ? first.IgnoredSlots : 0;
        if (spec.Inputs - ignored > Math.Max(FewInputs, numbers))
        {
            throw new InvalidDataException(
                $"The network file claims {spec.Inputs} inputs but holds {numbers} numbers, fewer than one for each; the file is damaged.");
        }

        long outputs = layers.Sum(layer => (long)layer.Outputs), most = FewOutputs + OutputsPerNumber * numbers;
        if (outputs > most)
        {
            throw new InvalidDataException(
                $"The network file describes {layers.Count} layers of {outputs} outputs in all but holds {numbers} numbers, with which at most "
                + $"{most} are read; the file is damaged, or was made to take memory.");
        }

        return slots;
    }
}
