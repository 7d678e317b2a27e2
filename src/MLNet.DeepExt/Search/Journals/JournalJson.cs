using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>The lines of a journal as JSON.</summary>
internal static class JournalJson
{
    private const string NoJson = "it is not JSON of this format";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // no page of a browser
        Converters = { new JsonStringEnumConverter<JournalEventKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        TypeInfoResolver = JournalContext.Default,
    };

    private static readonly JsonTypeInfo<JournalHeader> Header = (JsonTypeInfo<JournalHeader>)Json.GetTypeInfo(typeof(JournalHeader));
    private static readonly JsonTypeInfo<JournalEvent> Event = (JsonTypeInfo<JournalEvent>)Json.GetTypeInfo(typeof(JournalEvent));

    /// <summary>The first line.</summary>
    public static byte[] Write(JournalHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, Header);

    /// <summary>Any other line.</summary>
    public static byte[] Write(JournalEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Event);

    public static JournalHeader ReadHeader(ReadOnlySpan<byte> line)
    {
        // Another version may have other members.
        JsonElement json = Parse(line);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("version", out JsonElement version)
            && version.ValueKind == JsonValueKind.Number
            && !(version.TryGetInt32(out int number) && number is >= 1 and <= JournalHeader.CurrentVersion))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"its version is {version.GetRawText()} but this library reads 1 to {JournalHeader.CurrentVersion}"));
        }

        return Read(line, Header);
    }

    public static JournalEvent ReadEvent(ReadOnlySpan<byte> line)
    {
        JournalEvent read = Read(line, Event);
        return read.FindFault() is { } fault ? throw new InvalidDataException(fault) : read;
    }

    private static T Read<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new InvalidDataException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(NoJson, exception);
        }
    }

    // A line of any version.
    private static JsonElement Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(NoJson, exception);
        }
    }
}
