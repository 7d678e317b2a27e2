using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// Whether a description in a file may be one of the numbers that follow it. It is checked before memory is taken for the network: who can
/// compute a checksum can write any description.
/// </summary>
internal static class NetworkBudget
{
    // A network that learns has a number for each of its inputs, or more; one that does not may have as many as a picture has pixels.
    private const long FewInputs = 1 << 16;

    // Training and attribution keep the outputs of all layers for each row. A layer that learns has as many numbers as outputs, or more, and
    // a few layers that have none follow it; a megabyte of floats is allowed in any case.
    private const long OutputsPerNumber = 16, FewOutputs = 1 << 20;

    /// <param name="spec">The description.</param>
    /// <param name="bytes">The bytes of all numbers that follow it.</param>
    /// <param name="budget">What the file may take in memory.</param>
    /// <param name="rowsTogether">How many rows are predicted together.</param>
    /// <returns>The slots whose numbers the file holds.</returns>
    /// <exception cref="InvalidDataException">There are not as many numbers as the network has, or too few for what it would take.</exception>
    public static SlotAllocator Require(NetworkSpec spec, int bytes, MemoryBudget budget, int rowsTogether)
    {
        Program<float> program = spec.Program;
        SlotAllocator slots = program.Slots;
        long wanted = SlotNumbers.LengthOf(slots.Parameters) + SlotNumbers.LengthOf(slots.Buffers);
        if (wanted != bytes)
            throw new InvalidDataException($"The network file should hold {wanted} bytes of numbers but holds {bytes}.");

        long numbers = bytes / sizeof(float);
        long ignored = program.Operations is [{ Spec: CategoryEmbedding first }, ..] ? first.IgnoredSlots : 0;
        if (spec.Inputs - ignored > Math.Max(FewInputs, numbers))
        {
            throw new InvalidDataException(
                $"The network file claims {spec.Inputs} inputs but holds {numbers} numbers, fewer than one for each; the file is damaged.");
        }

        long outputs = program.Operations.Sum(operation => (long)operation.OutputShape.Count), most = FewOutputs + OutputsPerNumber * numbers;
        if (outputs > most)
        {
            throw new InvalidDataException(
                $"The network file describes {program.Operations.Count} layers of {outputs} outputs in all but holds {numbers} numbers, with which at most "
                + $"{most} are read; the file is damaged, or was made to take memory.");
        }

        // The network, the copy that predicts, and what rows take, forward and backward.
        long perRow = Network<float>.ElementsPerRow(program);
        int rows = WorkingMemory.Rows(rowsTogether, perRow, WorkingMemory.MostActivations);
        budget.Spend(2 * ((long)slots.ParameterLength + slots.BufferLength) + rows * perRow, sizeof(float));
        return slots;
    }
}
