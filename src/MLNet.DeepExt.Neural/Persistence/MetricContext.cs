using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// Metrics, described at compile time. No file of a network has one, and a checkpoint has their names, so that programs that are trimmed or
/// compiled ahead of time do without these descriptions where they do not ask <see cref="KindRegistry"/> for them.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Metric))]
internal sealed partial class MetricContext : JsonSerializerContext;
