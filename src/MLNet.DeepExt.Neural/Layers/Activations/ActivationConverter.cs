using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Reads and writes an activation as JSON, in the format of layers.</summary>
internal sealed class ActivationConverter : JsonConverter<Activation>
{
    public override Activation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, InfoOf(options)) is { } layer
            ? layer as Activation ?? throw new JsonException($"A {layer.GetType().Name} is not an activation.")
            : throw new JsonException("There is not an activation.");

    public override void Write(Utf8JsonWriter writer, Activation value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, InfoOf(options));

    private static JsonTypeInfo<LayerSpec> InfoOf(JsonSerializerOptions options) => (JsonTypeInfo<LayerSpec>)options.GetTypeInfo(typeof(LayerSpec));
}
