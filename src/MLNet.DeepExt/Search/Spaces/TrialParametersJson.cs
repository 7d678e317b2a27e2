using System.Text;
using System.Text.Json;

namespace MLNet.DeepExt.Search;

/// <summary>
/// The parameters of a trial as JSON, exactly: numbers so that they are read as the same bits, choices by their index, with their text
/// beside it: <c>{"LearningRate":0.003,"Optimizer":{"index":1,"text":"momentum"}}</c>.
/// </summary>
internal static class TrialParametersJson
{
    private const string Index = "index";
    private const string Text = "text";
    private const string Remedy = "search on in the space with which the trial was written.";

    /// <summary>Parameters as a text on one line.</summary>
    /// <param name="parameters">The parameters.</param>
    public static string ToJson(TrialParameters parameters)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer, parameters);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Parameters as they were written.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="space">The space they are of; must not change any more.</param>
    /// <exception cref="InvalidDataException">The text is no JSON, or does not fit the space.</exception>
    public static TrialParameters FromJson(string json, SearchSpace space)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, space);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"The parameters of a trial are not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>Writes parameters as an object.</summary>
    /// <param name="writer">Where a value can be written.</param>
    /// <param name="parameters">The parameters.</param>
    public static void Write(Utf8JsonWriter writer, TrialParameters parameters)
    {
        writer.WriteStartObject();
        foreach (string name in parameters.Names)
        {
            writer.WritePropertyName(name);
            parameters.RangeOf(name).WriteValue(writer, parameters[name]);
        }

        writer.WriteEndObject();
    }

    /// <summary>Parameters as they were written.</summary>
    /// <param name="json">The object.</param>
    /// <param name="space">The space they are of; must not change any more.</param>
    /// <exception cref="InvalidDataException">They do not fit the space.</exception>
    public static TrialParameters Read(JsonElement json, SearchSpace space)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"The parameters of a trial must be an object but are {json.GetRawText()}.");
        TrialParameters parameters = space.With((name, range) =>
            !json.TryGetProperty(name, out JsonElement written)
                ? throw new InvalidDataException($"Parameter '{name}' is of effect in a trial but has no value there; {Remedy}")
                : range.ReadValue(written)
                    ?? throw new InvalidDataException(
                        $"Parameter '{name}' has the value {written.GetRawText()} in a trial but is {range}; {Remedy}"));
        var met = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!space.Has(property.Name))
                throw new InvalidDataException($"A trial has parameter '{property.Name}', which the search space does not have; {Remedy}");
            if (!parameters.Has(property.Name))
                throw new InvalidDataException($"Parameter '{property.Name}' is of no effect in a trial but has a value there; {Remedy}");
            if (!met.Add(property.Name))
                throw new InvalidDataException($"Parameter '{property.Name}' has two values in a trial; {Remedy}");
        }

        return parameters;
    }

    /// <summary>Writes a value of a choice.</summary>
    /// <param name="writer">Where a value can be written.</param>
    /// <param name="index">Its number among all.</param>
    /// <param name="value">The value.</param>
    public static void WriteChoice(Utf8JsonWriter writer, int index, object value)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Index, index);
        writer.WriteString(Text, ValueText.Of(value));
        writer.WriteEndObject();
    }

    /// <summary>The value of a choice; null: it is none of them.</summary>
    /// <param name="json">What was written.</param>
    /// <param name="values">All values.</param>
    public static object? ReadChoice(JsonElement json, IReadOnlyList<object> values) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(Index, out JsonElement written) && written.ValueKind == JsonValueKind.Number
        && written.TryGetInt32(out int index) && index >= 0 && index < values.Count
        && json.TryGetProperty(Text, out JsonElement text) && text.ValueKind == JsonValueKind.String
        && text.GetString() == ValueText.Of(values[index])
            ? values[index]
            : null;
}
