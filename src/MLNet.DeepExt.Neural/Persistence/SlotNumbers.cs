using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The numbers of slots as bytes: slot after slot, each row-major whatever its layout in memory, as float32, little-endian.
/// </summary>
internal static class SlotNumbers
{
    /// <summary>Bytes that the slots take.</summary>
    public static long LengthOf(IEnumerable<Slot> slots) => sizeof(float) * slots.Sum(slot => (long)slot.Shape.Count);

    /// <summary>Writes the slots of a vector.</summary>
    /// <param name="slots">Which.</param>
    /// <param name="vector">What they are slots of: laid out as θ, or as the running statistics.</param>
    /// <param name="destination">Where to: as long as they take, or longer.</param>
    /// <returns>What is left of the destination.</returns>
    public static Span<byte> Write(IEnumerable<Slot> slots, ReadOnlySpan<float> vector, Span<byte> destination)
    {
        foreach (Slot slot in slots)
        {
            var values = new float[slot.Shape.Count];
            ParameterStore<float>.ReadFrom(slot, vector, values);
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(destination[(sizeof(float) * i)..], values[i]);
            destination = destination[(sizeof(float) * values.Length)..];
        }

        return destination;
    }

    /// <summary>Reads the slots of a vector.</summary>
    /// <param name="slots">Which.</param>
    /// <param name="source">What was written: as long as they take, or longer.</param>
    /// <param name="vector">Receives them.</param>
    /// <returns>What is left of the source.</returns>
    public static ReadOnlySpan<byte> Read(IEnumerable<Slot> slots, ReadOnlySpan<byte> source, Span<float> vector)
    {
        foreach (Slot slot in slots)
        {
            int length = sizeof(float) * slot.Shape.Count;
            ParameterStore<float>.WriteTo(slot, Numbers(source[..length]), vector);
            source = source[length..];
        }

        return source;
    }

    /// <summary>The first number of slots that is not finite, or below what its slot may hold, and where it stands; null if there is none.</summary>
    /// <param name="slots">Which.</param>
    /// <param name="source">What was written of them: as long as they take, or longer.</param>
    public static string? FindFault(IEnumerable<Slot> slots, ReadOnlySpan<byte> source)
    {
        foreach (Slot slot in slots)
        {
            int length = sizeof(float) * slot.Shape.Count;
            ReadOnlySpan<float> values = Numbers(source[..length]);
            source = source[length..];
            int wrong = 0;
            while (wrong < values.Length && float.IsFinite(values[wrong]) && values[wrong] >= slot.Least)
                wrong++;
            if (wrong == values.Length)
                continue;
            return FormattableString.Invariant($"{slot.Name} has {values[wrong]} at {wrong} but must be finite")
                + (slot.Least == float.MinValue ? "" : FormattableString.Invariant($" and at least {slot.Least}"));
        }

        return null;
    }

    // Where bytes stand as the machine has them they are the numbers: a file may be as large as what is left of memory.
    private static ReadOnlySpan<float> Numbers(ReadOnlySpan<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(bytes);
        var numbers = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(sizeof(float) * i)..]);
        return numbers;
    }
}
