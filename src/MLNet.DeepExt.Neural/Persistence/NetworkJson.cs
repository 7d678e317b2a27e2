using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A network's description and its loss as JSON.</summary>
/// <remarks>
/// Kinds are found by themselves: every sealed record that derives from <see cref="LayerSpec"/>, <see cref="Initializer"/>
/// or <see cref="Loss"/> is written with its name as <c>kind</c>.
/// </remarks>
internal static class NetworkJson
{
    private static readonly Type[] Families = [typeof(LayerSpec), typeof(Initializer), typeof(Loss)];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddKinds } },
    };

    public static byte[] Write(NetworkSpec spec, Loss loss) =>
        JsonSerializer.SerializeToUtf8Bytes(new Document(spec.Inputs, [.. spec.Layers], loss), Options);

    /// <exception cref="InvalidDataException">The text is no description of a possible network.</exception>
    public static (NetworkSpec Spec, Loss Loss) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, Options)
                ?? throw new InvalidDataException("The description of the network is empty.");
            var spec = new NetworkSpec(document.Inputs, document.Layers);
            document.Loss.Validate(spec.Outputs);
            return (spec, document.Loss);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The description of the network is not valid: {exception.Message}", exception);
        }
    }

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

    private sealed record Document(int Inputs, LayerSpec[] Layers, Loss Loss);
}
