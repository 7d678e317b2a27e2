using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.DeepExt.Search;

/// <summary>Parameters as JSON, from which the same ones come back, to the bit: numbers as numbers, choices as they print.</summary>
internal static class ParametersJson
{
    public static JsonElement Write(TrialParameters parameters)
    {
        var json = new JsonObject();
        foreach (string name in parameters.Names)
        {
            json[name] = parameters[name] switch
            {
                double number => JsonValue.Create(number),
                int number => JsonValue.Create(number),
                object value => JsonValue.Create(ValueText.Of(value)),
            };
        }

        return JsonSerializer.SerializeToElement(json);
    }

    /// <exception cref="FormatException">They are not of the space; the message says why, without a full stop.</exception>
    public static TrialParameters Read(SearchSpace space, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("its parameters are no object");
        TrialParameters parameters = space.With((name, range) => json.TryGetProperty(name, out JsonElement value)
            ? Read(name, range, value)
            : throw new FormatException($"its parameters lack {name}"));
        return parameters.Names.Count == json.EnumerateObject().Count()
            ? parameters
            : throw new FormatException("it has parameters that are of no effect in it");
    }

    private static object Read(string name, SearchRange range, JsonElement json)
    {
        object? value = range switch
        {
            ChoiceRange choice => choice.Values.FirstOrDefault(value => ValueText.Of(value) == json.ToString() || IsNumber(value, json)),
            IntegerRange => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int number) ? number : null,
            _ => json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double number) ? number : null,
        };
        return value is not null && range.Contains(value) ? value : throw new FormatException($"its parameter {name} is not of the search space");
    }

    private static bool IsNumber(object value, JsonElement json) => json.ValueKind == JsonValueKind.Number
        && (value is int whole ? json.TryGetInt32(out int read) && read == whole : value is double number && json.TryGetDouble(out double real) && real.Equals(number));
}
