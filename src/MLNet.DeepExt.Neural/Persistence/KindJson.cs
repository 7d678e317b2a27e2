using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Clipping;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>How what a network and a training are made of is written as JSON.</summary>
/// <remarks>
/// Kinds are found by themselves: every sealed record of this library that derives from one of the families is written with its name
/// as <c>kind</c>.
/// </remarks>
internal static class KindJson
{
    private static readonly Type[] Families =
    [
        typeof(LayerSpec), typeof(Initializer), typeof(Loss), typeof(Optimizer), typeof(Schedule), typeof(Regularizer),
        typeof(GradientClipping), typeof(Metric),
    ];

    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddKinds } },
    };

    /// <summary>A value in full, by which it can be told from any other; kinds of a user's own are described by their text.</summary>
    public static string Describe<T>(T value) =>
        value is null || value.GetType().Assembly == typeof(KindJson).Assembly || value.GetType().Assembly == typeof(object).Assembly
            ? JsonSerializer.Serialize(value, Options)
            : $"{value}";

    private static void AddKinds(JsonTypeInfo type)
    {
        if (!Families.Contains(type.Type))
            return;
        type.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "kind",
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (Type kind in type.Type.Assembly.GetTypes().Where(kind => kind.IsSealed && kind.IsSubclassOf(type.Type)))
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(kind, kind.Name));
    }
}
