using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The numbers of parameters as bytes: each parameter in row-major order, independently of its memory layout, as float32, little-endian.
/// </summary>
internal static class SlotNumbers
{
    /// <summary>Returns the number of bytes of the parameters.</summary>
    public static long LengthOf(IEnumerable<Slot> slots) => sizeof(float) * slots.Sum(slot => (long)slot.Shape.Count);

    /// <summary>Writes the parameters of a vector.</summary>
    /// <param name="slots">The parameters.</param>
    /// <param name="vector">The vector, in the layout of θ or of the running statistics.</param>
    /// <param name="destination">Receives the bytes; long enough for them, or longer.</param>
    /// <returns>The unused part of the destination.</returns>
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

    /// <summary>Reads the parameters of a vector.</summary>
    /// <param name="slots">The parameters.</param>
    /// <param name="source">The bytes; it may be longer.</param>
    /// <param name="vector">Receives the parameters.</param>
    /// <returns>The unread part of the source.</returns>
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

    /// <summary>Returns the first number that is not finite, or below the minimum of its parameter, and its position; null if there is
    /// none.</summary>
    /// <param name="slots">The parameters.</param>
    /// <param name="source">Their bytes; it may be longer.</param>
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

    // On a little-endian machine the bytes are used as numbers directly, without a copy, because a file may be very large.
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
