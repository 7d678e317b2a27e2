using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The custom kinds that files may name in addition to those of this library: losses, layers, initializers, metrics, penalties, schedules and
/// gradient transforms. Thread-safe.
/// </summary>
/// <remarks>
/// Register a kind once, at the start of every program that saves or loads it. It is described at compile time, by a context of
/// System.Text.Json's source generator, so it also works in trimmed and ahead-of-time compiled programs. An option that a file omits
/// is read as the default of its constructor parameter; give such a record a constructor with its defaults, or <c>init</c> properties that the
/// file may omit.
/// </remarks>
/// <example>
/// <code>
/// [JsonSerializable(typeof(LogCosh))]
/// internal sealed partial class MyKinds : JsonSerializerContext;
///
/// KindRegistry.Register(MyKinds.Default.LogCosh);
/// NetworkFile.Save(stream, network, new LogCosh());
/// </code>
/// </example>
public static class KindRegistry
{
    /// <summary>The JSON serialization of metrics.</summary>
    internal static readonly KindJson OfMetrics = new(MetricContext.Default, typeof(Metric));

    private static readonly KindJson[] All = [KindJson.OfNetworks, OfMetrics];

    private static IEnumerable<Type> Families => All.SelectMany(kinds => kinds.Families);

    private static string FamilyNames => string.Join(", ", Families.Select(family => family.Name));

    /// <summary>Registers a kind. Registering it again with the same name has no effect.</summary>
    /// <typeparam name="TKind">A sealed record of one of the families, such as a loss.</typeparam>
    /// <param name="type">
    /// The serialization of the kind: its property of a context of the source generator in metadata mode (the default mode).
    /// </param>
    /// <param name="name">
    /// The name in files, which must not change as long as there are such files. Null (default) for the name of the type, without its namespace.
    /// </param>
    /// <exception cref="ArgumentException">
    /// It belongs to no family, the name is empty or used by another kind of the family, or the kind is registered with another name.
    /// </exception>
    public static void Register<TKind>(JsonTypeInfo<TKind> type, string? name = null)
        where TKind : class
    {
        ArgumentNullException.ThrowIfNull(type);
        name ??= typeof(TKind).Name;
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException("The name of a kind must not be empty; leave it out for the name of the type.", nameof(name));
        Type family = Families.FirstOrDefault(family => family.IsAssignableFrom(typeof(TKind)) && family != typeof(TKind))
            ?? throw new ArgumentException(
                $"{typeof(TKind).Name} is of no family that files name kinds of; derive it from one of {FamilyNames}.", nameof(type));

        if (type.OriginatingResolver is not { } resolver)
        {
            throw new ArgumentException(
                $"How {typeof(TKind).Name} is written comes from no context; pass that of a JsonSerializerContext with "
                + $"[JsonSerializable(typeof({typeof(TKind).Name}))].",
                nameof(type));
        }

        JsonOf(family).Register(new RegisteredKind(family, typeof(TKind), name, resolver));
    }

    /// <summary>Converts a kind to JSON, with its name as <c>kind</c>.</summary>
    /// <typeparam name="TFamily">The family: the abstract record that the kind derives from, such as <c>Metric</c>.</typeparam>
    /// <param name="value">A kind of this library, or one that is registered.</param>
    /// <exception cref="ArgumentException">The type is not a family.</exception>
    /// <exception cref="InvalidOperationException">The kind is not registered.</exception>
    public static string ToJson<TFamily>(TFamily value)
        where TFamily : class
    {
        ArgumentNullException.ThrowIfNull(value);
        KindJson kinds = JsonOf<TFamily>();
        kinds.RequireRegistered(value);
        return JsonSerializer.Serialize(value, kinds.TypeOf<TFamily>());
    }

    /// <summary>Reads a kind that <see cref="ToJson{TFamily}"/> wrote.</summary>
    /// <typeparam name="TFamily">The family: the abstract record that the kind derives from, such as <c>Metric</c>.</typeparam>
    /// <param name="json">The text.</param>
    /// <exception cref="ArgumentException">The type is not a family.</exception>
    /// <exception cref="InvalidDataException">
    /// The text is not a kind of the family, names an unregistered kind, or its options are not valid JSON.
    /// </exception>
    public static TFamily FromJson<TFamily>(string json)
        where TFamily : class
    {
        ArgumentNullException.ThrowIfNull(json);
        KindJson kinds = JsonOf<TFamily>();
        try
        {
            return JsonSerializer.Deserialize(json, kinds.TypeOf<TFamily>())
                ?? throw new InvalidDataException($"The description of a {typeof(TFamily).Name} is empty.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException(
                $"The description of a {typeof(TFamily).Name} is not valid: "
                + (kinds.FaultOfKinds(System.Text.Encoding.UTF8.GetBytes(json)) ?? OptionFault.Repeat(exception)),
                exception);
        }
    }

    private static KindJson JsonOf<TFamily>() => Families.Contains(typeof(TFamily))
        ? JsonOf(typeof(TFamily))
        : throw new ArgumentException($"{typeof(TFamily).Name} is no family of kinds; give one of {FamilyNames} as the type.", nameof(TFamily));

    private static KindJson JsonOf(Type family) => Array.Find(All, kinds => kinds.Families.Contains(family))!;
}
