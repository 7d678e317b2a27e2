using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Makes <c>.safetensors</c> files, whole ones and impossible ones.</summary>
internal static class SafetensorsBytes
{
    private static readonly JsonSerializerOptions Json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>A file of the tests' assembly.</summary>
    public static byte[] Embedded(string name)
    {
        using Stream stream = typeof(SafetensorsBytes).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the test assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A file with a header as given, well formed or not, and some data.</summary>
    public static byte[] Of(string header, params byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    /// <summary>A file with a header as given, well formed or not, and some data.</summary>
    public static byte[] Of(byte[] header, params byte[] data)
    {
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>A file with float tensors.</summary>
    public static byte[] Of(params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        var header = new Dictionary<string, object>();
        var data = new List<byte>();
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            int begin = data.Count;
            foreach (float value in values)
                data.AddRange(BitConverter.GetBytes(value));
            header.Add(name, new { dtype = "F32", shape, data_offsets = new[] { begin, data.Count } });
        }

        return Of(JsonSerializer.SerializeToUtf8Bytes(header, Json), [.. data]);
    }
}
