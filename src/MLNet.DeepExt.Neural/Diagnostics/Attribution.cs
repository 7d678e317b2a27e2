using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// How an output of a network is shared out among its inputs: to each its value times the mean of the gradient at some points. A number above 0
/// speaks for the output.
/// </summary>
/// <remarks>Compared by value. A kind is one more file, and a line here by which files name it.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(GradientTimesInput), nameof(GradientTimesInput))]
[JsonDerivedType(typeof(IntegratedGradients), nameof(IntegratedGradients))]
public abstract record Attribution
{
    private static readonly JsonTypeInfo<Attribution> Json = new AttributionContext(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    }).Attribution;

    private protected Attribution()
    {
    }

    /// <summary>Rows that it has the network compute for each row that is explained.</summary>
    internal abstract int Points { get; }

    /// <summary>Reads a method that <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidDataException">It names no method of this library, or one that is impossible.</exception>
    public static Attribution FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            Attribution method = JsonSerializer.Deserialize(json, Json)
                ?? throw new InvalidDataException("The description of an attribution is empty.");
            method.Validate();
            return method;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The description of an attribution is not valid: {OptionFault.Repeat(exception)}", exception);
        }
    }

    /// <summary>The method as text, for a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal abstract void Validate();

    /// <summary>The inputs at one of its points.</summary>
    /// <param name="point">0 to <see cref="Points"/> - 1.</param>
    /// <param name="row">(inputs): what is explained.</param>
    /// <param name="inputs">Receives (inputs).</param>
    internal abstract void WritePoint(int point, ReadOnlySpan<float> row, Span<float> inputs);
}
