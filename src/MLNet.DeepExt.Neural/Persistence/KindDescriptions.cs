using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>The texts by which a checkpoint compares what a training is made of.</summary>
internal static class KindDescriptions
{
    private static readonly JsonSerializerOptions Options = new(KindJson.CreateOptions(KindContext.Default.WithAddedModifier(WithoutKinds)))
    {
        Converters =
        {
            new KindDescription<LayerSpec>(), new KindDescription<Initializer>(), new KindDescription<Loss>(),
            new KindDescription<GradientTransform>(), new KindDescription<Schedule>(), new KindDescription<Regularizer>(),
        },
    };

    /// <summary>A value in full, which distinguishes it from any other; a kind that is not of this library is described by its text.</summary>
    /// <typeparam name="T">One that <see cref="KindContext"/> describes.</typeparam>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    // A type with a converter cannot have kinds as well; this converter writes them itself.
    private static void WithoutKinds(JsonTypeInfo type)
    {
        if (KindJson.OfNetworks.Families.Contains(type.Type))
            type.PolymorphismOptions = null;
    }
}
