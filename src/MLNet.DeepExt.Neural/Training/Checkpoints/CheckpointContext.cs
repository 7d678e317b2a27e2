using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The header of a checkpoint, described at compile time.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CheckpointHeader))]
[JsonSerializable(typeof(IReadOnlyList<EpochRecord>))]
internal sealed partial class CheckpointContext : JsonSerializerContext;
