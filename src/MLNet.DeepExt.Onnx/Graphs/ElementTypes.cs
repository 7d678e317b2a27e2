namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>The types of elements by their types in .NET.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<Type, ElementType> ByType = new()
    {
        [typeof(float)] = ElementType.Float,
        [typeof(byte)] = ElementType.UInt8,
        [typeof(sbyte)] = ElementType.Int8,
        [typeof(ushort)] = ElementType.UInt16,
        [typeof(short)] = ElementType.Int16,
        [typeof(int)] = ElementType.Int32,
        [typeof(long)] = ElementType.Int64,
        [typeof(string)] = ElementType.Text,
        [typeof(ReadOnlyMemory<char>)] = ElementType.Text,
        [typeof(bool)] = ElementType.Boolean,
        [typeof(double)] = ElementType.Double,
        [typeof(uint)] = ElementType.UInt32,
        [typeof(ulong)] = ElementType.UInt64,
    };

    /// <summary>The type; null for one that ONNX does not have, such as a date.</summary>
    public static ElementType? Find(Type type) => ByType.TryGetValue(type, out ElementType found) ? found : null;

    /// <exception cref="NotSupportedException">ONNX has no such type.</exception>
    public static ElementType Of(Type type) =>
        Find(type) ?? throw new NotSupportedException($"ONNX has no type for {type}; convert it to a number or to text before.");
}
