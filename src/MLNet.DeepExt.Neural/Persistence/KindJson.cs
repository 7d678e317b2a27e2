using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Augmentations;
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
        typeof(GradientClipping), typeof(Metric), typeof(Augmentation),
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

    private static readonly JsonSerializerOptions Descriptions = new(Options) { Converters = { new ScheduleDescription() } };

    /// <summary>A value in full, by which it can be told from any other; a schedule of a user's own is described by its text.</summary>
    public static string Describe<T>(T value) => JsonSerializer.Serialize(value, Descriptions);

    private static void AddKinds(JsonTypeInfo type)
    {
        if (!Families.Contains(type.Type) || type.Kind == JsonTypeInfoKind.None)
            return;
        type.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "kind",
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (Type kind in type.Type.Assembly.GetTypes().Where(kind => kind.IsSealed && kind.IsSubclassOf(type.Type)))
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(kind, kind.Name));
    }

    /// <summary>Schedules are the one family that a user may add to, also as part of one of ours.</summary>
    private sealed class ScheduleDescription : JsonConverter<Schedule>
    {
        public override Schedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A description is compared, and never read.");

        public override void Write(Utf8JsonWriter writer, Schedule value, JsonSerializerOptions options)
        {
            if (value.GetType().Assembly != typeof(KindJson).Assembly)
            {
                writer.WriteStringValue(TextOf(value));
                return;
            }

            JsonObject own = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
            own.Insert(0, "kind", value.GetType().Name);
            own.WriteTo(writer, options);
        }

        // A record's text has the numbers of the current culture.
        private static string TextOf(Schedule value)
        {
            CultureInfo culture = CultureInfo.CurrentCulture;
            try
            {
                CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
                return value.ToString();
            }
            finally
            {
                CultureInfo.CurrentCulture = culture;
            }
        }
    }
}
