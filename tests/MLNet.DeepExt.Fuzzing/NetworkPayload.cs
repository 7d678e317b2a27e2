using System.Buffers.Binary;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>A network file behind its checksum: a head, a description as JSON, numbers.</summary>
internal static class NetworkPayload
{
    private const int JsonLengthAt = 12, JsonAt = 16;

    /// <summary>The same with another description.</summary>
    public static byte[] MutateJson(byte[] payload, Random random)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(JsonLengthAt));
        byte[] json = JsonMutator.Mutate(payload.AsSpan(JsonAt, length), random);
        byte[] head = payload[..JsonAt];
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(JsonLengthAt), json.Length);
        return [.. head, .. json, .. payload[(JsonAt + length)..]];
    }
}
