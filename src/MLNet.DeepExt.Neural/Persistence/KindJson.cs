using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>Writes and reads the kinds of some families as JSON. Thread-safe.</summary>
/// <remarks>
/// A record of a family is written with its name as <c>kind</c>. The base record of the family names its kinds; <see cref="KindRegistry"/> adds
/// those of users. A kind that is read from files and has options with defaults has a constructor whose parameters have these defaults. Without it,
/// an option that a file leaves out would be read as the default of its type, 0 or null.
/// </remarks>
internal sealed class KindJson
{
    private const int LongestName = 100; // of a kind that a message repeats

    // Of each family, what a kind computes.
    private static readonly (Type Family, string[] Properties)[] Computed =
    [
        (typeof(Metric), ["valueRange"]), (typeof(GradientTransform), ["statesPerParameter", "reach", "usualLearningRate"]),
        (typeof(Regularizer), ["hasGradient", "isProximal"]),
    ];

    private readonly Type[] _families;
    private readonly IJsonTypeInfoResolver _ofThisLibrary;
    private readonly Lock _registering = new();

    private volatile JsonSerializerOptions _options;
    private RegisteredKind[] _registered = [];

    /// <summary>Only the kinds of this library.</summary>
    /// <param name="ofThisLibrary">What describes them.</param>
    /// <param name="families">What users may derive from: the abstract records that name their kinds.</param>
    public KindJson(IJsonTypeInfoResolver ofThisLibrary, params Type[] families)
    {
        _families = families;
        _ofThisLibrary = ofThisLibrary;
        _options = CreateOptions(ofThisLibrary);
    }

    /// <summary>Of what networks and trainings are made.</summary>
    public static KindJson OfNetworks { get; } = new(
        KindContext.Default, typeof(LayerSpec), typeof(Initializer), typeof(Loss), typeof(GradientTransform), typeof(Schedule), typeof(Regularizer));

    /// <summary>How kinds are written and read, those that are registered now included.</summary>
    public JsonSerializerOptions Options => _options;

    /// <summary>What users may derive from.</summary>
    public IReadOnlyList<Type> Families => _families;

    /// <summary>How a type is written and read.</summary>
    /// <typeparam name="T">One that is described at compile time.</typeparam>
    public JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>Adds a kind to its family.</summary>
    /// <exception cref="ArgumentException">Its name is taken, or it has another one.</exception>
    public void Register(RegisteredKind kind)
    {
        lock (_registering)
        {
            foreach (JsonDerivedType other in KindsOf(kind.Family, _options))
            {
                if (other.DerivedType == kind.Type && Equals(other.TypeDiscriminator, kind.Name))
                    return;
                if (other.DerivedType == kind.Type)
                {
                    throw new ArgumentException(
                        $"{kind.Type.Name} is registered as '{other.TypeDiscriminator}', but is now to be called '{kind.Name}'; "
                        + "register it once.",
                        "name");
                }

                if (Equals(other.TypeDiscriminator, kind.Name))
                {
                    throw new ArgumentException(
                        $"The name '{kind.Name}' in the family {kind.Family.Name} is taken by {other.DerivedType.FullName}; register {kind.Type.FullName} "
                        + "by another name.",
                        "name");
                }
            }

            RegisteredKind[] registered = [.. _registered, kind];
            JsonSerializerOptions options = CreateOptions(
                JsonTypeInfoResolver.Combine([_ofThisLibrary, .. registered.Select(each => each.Resolver).Distinct()])
                    .WithAddedModifier(type => AddKinds(type, registered)));
            options.GetTypeInfo(kind.Type); // fails here, not in a file, where the context does not describe it
            _registered = registered;
            _options = options;
        }
    }

    /// <summary>Throws if a value, or a part of it, has a kind that is not registered.</summary>
    /// <param name="value">A kind, several of them, or what is made of them.</param>
    /// <exception cref="InvalidOperationException">There is such a kind.</exception>
    public void RequireRegistered(object? value)
    {
        JsonSerializerOptions options = _options;
        Require(value);

        void Require(object? part)
        {
            if (part is null or string || part.GetType().IsValueType)
                return;
            if (part is IEnumerable items)
            {
                foreach (object? item in items)
                    Require(item);
                return;
            }

            Type kind = part.GetType();
            Type? family = Array.Find(_families, family => family.IsAssignableFrom(kind));
            if (family is not null && !KindsOf(family, options).Any(known => known.DerivedType == kind))
                throw new InvalidOperationException($"{kind.Name}, of the family {family.Name}, cannot be saved: {Remedy(kind.Name)}");
            if (!options.TryGetTypeInfo(kind, out JsonTypeInfo? type))
                return;
            foreach (JsonPropertyInfo property in type.Properties)
                Require(property.Get?.Invoke(part));
        }
    }

    /// <summary>
    /// Names the first kind in a text that is neither of this library nor registered; null if there is none, or the text is no JSON.
    /// </summary>
    /// <param name="json">The text, in UTF-8.</param>
    public string? FaultOfKinds(ReadOnlySpan<byte> json)
    {
        JsonSerializerOptions options = _options;
        HashSet<string?> known = [.. _families.SelectMany(family => KindsOf(family, options)).Select(kind => kind.TypeDiscriminator as string)];
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("kind"u8))
                    continue;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.GetString() is not { } name || known.Contains(name))
                    continue;
                string shown = name.Length > LongestName ? name[..LongestName] + "..." : name;
                return $"it names the kind '{shown}', which this version does not have: {Remedy(shown)}";
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The caller has the fault of the text already.
        }

        return null;
    }

    /// <summary>How this library writes JSON: what follows from the kind of a metric, a transform or a penalty is left out.</summary>
    /// <param name="types">What describes the types.</param>
    public static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver types) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = types.WithAddedModifier(WithoutComputed),
    };

    // Files written before do not have it.
    private static void WithoutComputed(JsonTypeInfo type)
    {
        string[] computed = Array.Find(Computed, family => type.Type.IsAssignableTo(family.Family)).Properties ?? [];
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (computed.Contains(type.Properties[i].Name))
                type.Properties.RemoveAt(i);
        }
    }

    private static void AddKinds(JsonTypeInfo type, RegisteredKind[] registered)
    {
        foreach (RegisteredKind kind in registered)
        {
            if (kind.Family == type.Type)
                type.PolymorphismOptions!.DerivedTypes.Add(new JsonDerivedType(kind.Type, kind.Name));
        }
    }

    private static IList<JsonDerivedType> KindsOf(Type family, JsonSerializerOptions options) =>
        options.GetTypeInfo(family).PolymorphismOptions!.DerivedTypes;

    private static string Remedy(string kind) =>
        $"it is not registered; call KindRegistry.Register with what a JsonSerializerContext has for {kind}, before saving and before loading.";
}
