using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>What is behind the checksum of a network file, in parts that can be changed.</summary>
internal sealed class NetworkParts
{
    private const int JsonLengthAt = 12, JsonAt = 16;

    private readonly byte[] _head;

    public NetworkParts(byte[] payload)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(JsonLengthAt));
        _head = payload[..JsonAt];
        Description = JsonNode.Parse(payload.AsSpan(JsonAt, length))!.AsObject();
        Numbers = payload[(JsonAt + length)..];
    }

    public JsonObject Description { get; }

    public byte[] Numbers { get; set; }

    public JsonArray Layers => Description["layers"]!.AsArray();

    public byte[] ToPayload()
    {
        byte[] json = Encoding.UTF8.GetBytes(Description.ToJsonString()), head = [.. _head];
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(JsonLengthAt), json.Length);
        return [.. head, .. json, .. Numbers];
    }

    /// <summary>How many numbers a network of this description has; null where that cannot be said, or they are too many to be written.</summary>
    public int? CountNumbers(int most)
    {
        long width = Whole(Description["inputs"]), count = 0;
        for (int i = 0; i < Layers.Count && width > 0 && count <= most; i++)
        {
            if (Layers[i] is not JsonObject layer)
                return null;
            switch (KindOf(layer))
            {
                case "Dense":
                    long units = Whole(layer["units"]);
                    bool hasBias = layer["useBias"]?.ToJsonString() != "false" && KindOf(Layers.ElementAtOrDefault(i + 1)) != "BatchNorm";
                    count += Product(width, units) + (hasBias ? units : 0);
                    width = units;
                    break;
                case "BatchNorm":
                    count += 4 * width;
                    break;
                case "LayerNorm":
                    count += 2 * width;
                    break;
                case "CategoryEmbedding":
                    foreach (JsonObject range in (layer["ranges"] as JsonArray ?? []).OfType<JsonObject>())
                    {
                        long slots = Whole(range["count"]), dimension = Whole(range["dimension"]);
                        long values = range["seen"] is JsonArray seen ? seen.Count : slots;
                        count += Product(values + 1, dimension);
                        width += dimension - slots;
                    }

                    break;
            }
        }

        return count <= most && width > 0 ? (int)count : null;
    }

    private static string KindOf(JsonNode? layer) => (layer as JsonObject)?["kind"]?.ToString() ?? "";

    // Far more than is written, where it is no number that could be written.
    private static long Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : int.MaxValue;

    private static long Product(long first, long second) => first > 0 && second > 0 ? Math.Min(first * second, int.MaxValue) : 0;
}
