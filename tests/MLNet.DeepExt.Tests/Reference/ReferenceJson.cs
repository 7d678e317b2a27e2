using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>Reads the files of this folder by reflection, which tests otherwise do without, as programs do that are trimmed.</summary>
internal static class ReferenceJson
{
    private static readonly JsonSerializerOptions Options = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public static T Read<T>(Stream json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
