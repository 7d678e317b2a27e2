using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>Values that do not change. Numbers are their little-endian bytes, row-major.</summary>
internal sealed record Tensor(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes, IReadOnlyList<string> Texts)
{
    /// <summary>A tensor of numbers.</summary>
    public static Tensor Of<T>(string name, ReadOnlySpan<T> values, IReadOnlyList<long> shape)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("ONNX is written on little-endian machines only.");
        return new Tensor(Require(name, shape, values.Length), ElementTypes.Of(typeof(T)), shape, MemoryMarshal.AsBytes(values).ToArray(), []);
    }

    /// <summary>A tensor of texts.</summary>
    public static Tensor Of(string name, IReadOnlyList<string> texts, IReadOnlyList<long> shape) =>
        new(Require(name, shape, texts.Count), ElementType.Text, shape, [], texts);

    private static string Require(string name, IReadOnlyList<long> shape, int count) => shape.Aggregate(1L, (x, y) => x * y) == count
        ? name
        : throw new ArgumentException($"Constant '{name}' has {count} values but its shape is ({string.Join(", ", shape)}).", nameof(shape));
}
