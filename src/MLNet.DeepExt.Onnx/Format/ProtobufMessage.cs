using Google.Protobuf;

namespace MLNet.DeepExt.Onnx.Format;

/// <summary>A message of protocol buffers, written field by field.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _stream;

    public ProtobufMessage() => _stream = new CodedOutputStream(_bytes, leaveOpen: true);

    public ProtobufMessage Integer(int field, long value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Varint);
        _stream.WriteInt64(value);
        return this;
    }

    public ProtobufMessage Float(int field, float value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Fixed32);
        _stream.WriteFloat(value);
        return this;
    }

    public ProtobufMessage Text(int field, string value)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteString(value);
        return this;
    }

    public ProtobufMessage Bytes(int field, byte[] value)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
        return this;
    }

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    /// <summary>A field for each of some items.</summary>
    public ProtobufMessage Each<T>(IEnumerable<T> items, Action<ProtobufMessage, T> write)
    {
        foreach (T item in items)
            write(this, item);
        return this;
    }

    public byte[] ToArray()
    {
        _stream.Flush();
        return _bytes.ToArray();
    }
}
