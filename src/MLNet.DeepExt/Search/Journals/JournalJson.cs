using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>The lines of a journal as JSON.</summary>
internal static class JournalJson
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // no page of a browser,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>One line, with its end.</summary>
    public static byte[] Write<T>(T line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n'];

    public static JournalHeader ReadHeader(ReadOnlySpan<byte> line)
    {
        // Another version may have other members.
        JsonElement json = Parse<JsonElement>(line);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("version", out JsonElement version)
            && version.ValueKind == JsonValueKind.Number
            && !(version.TryGetInt32(out int number) && number is >= 1 and <= JournalHeader.CurrentVersion))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"its version is {version.GetRawText()} but this library reads 1 to {JournalHeader.CurrentVersion}"));
        }

        return Parse<JournalHeader>(line);
    }

    public static JournalEvent ReadEvent(ReadOnlySpan<byte> line)
    {
        JournalEvent read = Parse<JournalEvent>(line);
        return read.FindFault() is { } fault ? throw new InvalidDataException(fault) : read;
    }

    private static T Parse<T>(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json) ?? throw new InvalidDataException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("it is no JSON of this format", exception);
        }
    }
}
