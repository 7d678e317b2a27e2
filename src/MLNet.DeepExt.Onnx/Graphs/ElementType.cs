namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>What the elements of a tensor are; the numbers are those of ONNX's <c>TensorProto.DataType</c>.</summary>
internal enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Boolean = 9,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
}
