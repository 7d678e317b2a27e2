using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// Describes the kinds of a family, of which a custom one may be part of one of this library: those of this library as files have them, a custom
/// one by its text, whether it is registered or not.
/// </summary>
internal sealed class KindDescription<T> : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A description is compared, and never read.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (!options.TryGetTypeInfo(value.GetType(), out JsonTypeInfo? type))
        {
            writer.WriteStringValue(TextOf(value));
            return;
        }

        JsonObject own = JsonSerializer.SerializeToNode(value, type)!.AsObject();
        own.Insert(0, "kind", value.GetType().Name);
        own.WriteTo(writer, options);
    }

    // A record's text has the numbers of the current culture.
    private static string? TextOf(T value)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return value.ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
