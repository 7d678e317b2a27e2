using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The header of a checkpoint, described at compile time.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class CheckpointContext : JsonSerializerContext;
