using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>
/// The settings of samplers, schedulers and criteria as JSON, by which searches are told apart. A new sampler or scheduler is a line here.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RandomSampler))]
[JsonSerializable(typeof(GridSampler))]
[JsonSerializable(typeof(CoarseToFineSampler))]
[JsonSerializable(typeof(TreeParzenSampler))]
[JsonSerializable(typeof(FullTraining))]
[JsonSerializable(typeof(SuccessiveHalving))]
[JsonSerializable(typeof(AsynchronousHalving))]
[JsonSerializable(typeof(Latency))]
internal sealed partial class SearchKindContext : JsonSerializerContext
{
    /// <summary>The name of a kind and its settings, the same in every culture, which the ToString of a record is not.</summary>
    public static string Describe(object kind) => $"{kind.GetType().Name} {JsonSerializer.Serialize(kind, kind.GetType(), Default)}";
}
