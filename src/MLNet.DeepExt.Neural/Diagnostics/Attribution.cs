using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// A method that attributes an output of a network to its inputs: the attribution of an input is its value times the mean of the gradient at some
/// points. A positive number increases the output.
/// </summary>
/// <remarks>Compared by value. A new kind needs one file and one line here, with its name in files.</remarks>
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

    /// <summary>The number of rows that the network computes for each explained row.</summary>
    internal abstract int Points { get; }

    /// <summary>Reads a method that <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidDataException">It is not a method of this library, or has invalid options.</exception>
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

    /// <summary>Returns the method as text, for a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Throws an <see cref="ArgumentException"/> if an option is out of its range.</summary>
    internal abstract void Validate();

    /// <summary>Writes the inputs at one of its points.</summary>
    /// <param name="point">0 to <see cref="Points"/> - 1.</param>
    /// <param name="row">(inputs): the explained row.</param>
    /// <param name="inputs">Receives (inputs).</param>
    internal abstract void WritePoint(int point, ReadOnlySpan<float> row, Span<float> inputs);
}
