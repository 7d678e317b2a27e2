using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// What <see cref="KindJson"/> writes and reads, described at compile time: programs that are trimmed or compiled ahead of time read and
/// write JSON in no other way.
/// </summary>
/// <remarks>The kinds of a family are named on its base record, and with that described here.</remarks>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NetworkDocument))]
[JsonSerializable(typeof(GradientTransform))]
[JsonSerializable(typeof(Schedule))]
[JsonSerializable(typeof(Regularizer))]
[JsonSerializable(typeof(AugmentationRecipe))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class KindContext : JsonSerializerContext;
