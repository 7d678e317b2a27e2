using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>The lines of a journal, described at compile time: programs that are trimmed or file-based read JSON in no other way.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JournalHeader))]
[JsonSerializable(typeof(JournalEvent))]
internal sealed partial class JournalContext : JsonSerializerContext;
