using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>How what a network and a training are made of is written as JSON.</summary>
/// <remarks>
/// A record of a family is written with its name as <c>kind</c>. The base record of the family names its kinds. A kind that is read from
/// files and has options with defaults has a constructor whose parameters have these defaults. Without it, an option that a file leaves out
/// would be read as the default of its type, 0 or null.
/// </remarks>
internal static class KindJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = KindContext.Default.WithAddedModifier(WithoutComputed),
    };

    private static readonly HashSet<string> Computed =
        ["valueRange", "statesPerParameter", "reach", "usualLearningRate", "hasGradient", "isProximal"];

    private static readonly JsonSerializerOptions Descriptions = new(Options)
    {
        Converters = { new KindDescription<Schedule>(), new KindDescription<GradientTransform>() },
        TypeInfoResolver = KindContext.Default.WithAddedModifier(WithoutComputed).WithAddedModifier(WithoutKinds),
    };

    /// <summary>How a type is written and read.</summary>
    /// <typeparam name="T">One that <see cref="KindContext"/> describes.</typeparam>
    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>
    /// A value in full, by which it can be told from any other; a schedule or a transform that is not of this library is described by its text.
    /// </summary>
    /// <typeparam name="T">One that <see cref="KindContext"/> describes.</typeparam>
    public static string Describe<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Descriptions.GetTypeInfo(typeof(T)));

    /// <summary>Leaves out what follows from the kind of a metric, a transform or a penalty, which files written before do not have.</summary>
    internal static void WithoutComputed(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(Metric)) && !type.Type.IsAssignableTo(typeof(GradientTransform))
            && !type.Type.IsAssignableTo(typeof(Regularizer)))
        {
            return;
        }

        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (Computed.Contains(type.Properties[i].Name))
                type.Properties.RemoveAt(i);
        }
    }

    // A type with a converter cannot have kinds as well; this converter writes them itself.
    private static void WithoutKinds(JsonTypeInfo type)
    {
        if (type.Type == typeof(Schedule) || type.Type == typeof(GradientTransform))
            type.PolymorphismOptions = null;
    }

    /// <summary>For a family that users may add to: one of theirs may be a part of one of ours.</summary>
    private sealed class KindDescription<T> : JsonConverter<T>
        where T : class
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A description is compared, and never read.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (!options.TryGetTypeInfo(value.GetType(), out JsonTypeInfo? type))
            {
                writer.WriteStringValue(TextOf(value));
                return;
            }

            JsonObject own = JsonSerializer.SerializeToNode(value, type)!.AsObject();
            own.Insert(0, "kind", value.GetType().Name);
            own.WriteTo(writer, options);
        }

        // A record's text has the numbers of the current culture.
        private static string? TextOf(T value)
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
