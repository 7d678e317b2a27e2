using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The methods of attribution, described at compile time.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Attribution))]
internal sealed partial class AttributionContext : JsonSerializerContext;
