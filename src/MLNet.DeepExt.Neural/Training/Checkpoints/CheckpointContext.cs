using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The source-generated JSON serialization of the header of a checkpoint.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CheckpointHeader))]
[JsonSerializable(typeof(IReadOnlyList<EpochRecord>))]
internal sealed partial class CheckpointContext : JsonSerializerContext;
