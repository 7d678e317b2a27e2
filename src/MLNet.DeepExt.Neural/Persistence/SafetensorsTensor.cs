using System.Buffers.Binary;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A tensor of a <see cref="SafetensorsFile"/>.</summary>
public sealed class SafetensorsTensor
{
    private readonly byte[] _bytes;

    internal SafetensorsTensor(SafetensorsEntry entry, byte[] bytes)
    {
        Name = entry.Name;
        DataType = entry.DataType;
        Shape = Array.AsReadOnly(entry.Shape);
        _bytes = bytes;
    }

    /// <summary>The name in the file, such as <c>0.weight</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The element type in the notation of the file: <c>F64</c>, <c>F32</c>, <c>F16</c>, <c>BF16</c>, <c>I64</c> and others.
    /// </summary>
    public string DataType { get; }

    /// <summary>The dimensions, the outermost first. Empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Returns the numbers, row-major, rounded to float. NaN and infinities are kept.</summary>
    /// <returns>A new array on every call.</returns>
    /// <exception cref="InvalidDataException">They are not floating-point numbers of 16 bits or more.</exception>
    public float[] ToSingles() => DataType switch
    {
        "F64" => Convert(sizeof(double), bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        "F32" => Convert(sizeof(float), BinaryPrimitives.ReadSingleLittleEndian),
        "F16" => Convert(sizeof(short), bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        // The upper half of a float.
        "BF16" => Convert(sizeof(short), bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes) << 16)),
        _ => throw new InvalidDataException(
            $"The tensor {SafetensorsHeader.Shorten(Name)} holds numbers of type {DataType}; "
            + "weights are read from F64, F32, F16 and BF16."),
    };

    internal static string Describe(IEnumerable<int> shape) => $"({string.Join(", ", shape)})";

    private float[] Convert(int size, Reader read)
    {
        var numbers = new float[_bytes.Length / size];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = read(_bytes.AsSpan(i * size, size));
        return numbers;
    }

    private delegate float Reader(ReadOnlySpan<byte> bytes);
}
