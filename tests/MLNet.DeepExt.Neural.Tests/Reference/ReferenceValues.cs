using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace MLNet.DeepExt.Neural.Tests.Reference;

/// <summary>The numbers of a file of this folder, which other software computed; <c>README.md</c> beside it says which and how.</summary>
public sealed class ReferenceValues
{
    private static readonly ConcurrentDictionary<string, Lazy<ReferenceValues>> Embedded = new();

    private readonly string _file;
    private readonly Dictionary<string, Case> _cases;

    private ReferenceValues(string file, Dictionary<string, Case> cases) => (_file, _cases) = (file, cases);

    /// <summary>The names of all cases, in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => _cases.Keys;

    /// <summary>Reads an embedded file, once per process.</summary>
    /// <param name="name">Its name without <c>.json</c>; the script that wrote it has the same.</param>
    public static ReferenceValues Load(string name = "reference") =>
        Embedded.GetOrAdd(name, file => new Lazy<ReferenceValues>(() => Read($"{file}.json"))).Value;

    /// <summary>The shape of a case: empty for a single number, (rows, columns) for a matrix.</summary>
    public int[] Shape(string name) => [.. Find(name).Shape];

    /// <summary>The values of a case, row-major; a fresh copy on every call.</summary>
    public double[] Doubles(string name) => [.. Find(name).Values ?? throw Missing(name, "values")];

    /// <summary>The values of a case rounded to single precision, row-major.</summary>
    public float[] Singles(string name) => Array.ConvertAll(Doubles(name), value => (float)value);

    /// <summary>The values of a case that holds whole numbers, such as class indices.</summary>
    public int[] Integers(string name) => Array.ConvertAll(Doubles(name), value =>
        value == Math.Truncate(value) ? checked((int)value) : throw Missing(name, "whole numbers"));

    /// <summary>The value of a case that is a single number.</summary>
    public double Double(string name) => Shape(name) is [] ? Doubles(name)[0] : throw Missing(name, "a single number");

    /// <summary>The 64-bit words of a case that holds random bits.</summary>
    public ulong[] Words(string name) => [.. Find(name).Words ?? throw Missing(name, "words")];

    private Case Find(string name) =>
        _cases.TryGetValue(name, out Case? found)
            ? found
            : throw new KeyNotFoundException(
                $"{_file} has no case '{name}'; add it to {Path.ChangeExtension(_file, ".py")} and run that again.");

    private InvalidOperationException Missing(string name, string what) =>
        new($"The case '{name}' of {_file} does not hold {what}.");

    private static ReferenceValues Read(string file)
    {
        using Stream stream = typeof(ReferenceValues).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not embedded in the test assembly.");
        using var document = JsonDocument.Parse(stream);
        var cases = new Dictionary<string, Case>();
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            cases.Add(entry.Name, Parse(entry));
        return new ReferenceValues(file, cases);
    }

    private static Case Parse(JsonProperty entry)
    {
        int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        double[]? values = entry.Value.TryGetProperty("values", out JsonElement numbers)
            ? [.. numbers.EnumerateArray().Select(number => number.GetDouble())]
            : null;
        ulong[]? words = entry.Value.TryGetProperty("words", out JsonElement texts)
            ? [.. texts.EnumerateArray().Select(text => Hexadecimal(text.GetString()!))]
            : null;
        int stored = values?.Length ?? words?.Length ?? 0;
        int promised = shape.Aggregate(1, (product, size) => product * size);
        return stored == promised
            ? new Case(shape, values, words)
            : throw new InvalidDataException($"The case '{entry.Name}' has shape [{string.Join(", ", shape)}] but {stored} values.");
    }

    private static ulong Hexadecimal(string text) =>
        ulong.Parse(text.AsSpan("0x".Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Case(int[] Shape, double[]? Values, ulong[]? Words);
}
