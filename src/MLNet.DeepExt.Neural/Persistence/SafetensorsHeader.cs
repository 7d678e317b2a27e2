using System.Buffers.Binary;
using System.Text.Json;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The header of a <see cref="SafetensorsFile"/>: its length as 8 bytes, then JSON that names the tensors. Nothing that it says is
/// believed before it has been checked.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The longest header that is read. One tensor takes about 100 bytes.</summary>
    public const int MaximumLength = 16 << 20;

    private const string MetadataName = "__metadata__";
    private const int LongestName = 100;

    /// <summary>Reads and checks it.</summary>
    /// <param name="source">A stream at the beginning of a file.</param>
    /// <returns>The tensors in the order of their bytes, which lie one after the other from 0 on, without gaps.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or none.</exception>
    public static IReadOnlyList<SafetensorsEntry> Read(Stream source)
    {
        byte[] prefix = CautiousRead.Exactly(source, sizeof(ulong), "The length of a safetensors header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumLength)
        {
            throw new InvalidDataException(
                $"The safetensors header claims {length} bytes but at most {MaximumLength} are read; "
                + "the file is damaged or of another kind.");
        }

        byte[] json = CautiousRead.Exactly(source, (int)length, "The safetensors header");
        if (json is not [(byte)'{', ..])
            throw new InvalidDataException("The safetensors header does not begin with '{'; the file is damaged or of another kind.");
        SafetensorsEntry[] entries = [.. Parse(json).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        RequireAdjacent(entries);
        return entries;
    }

    /// <summary>A name that came from a file, fit for a message.</summary>
    public static string Shorten(string name) => name.Length <= LongestName ? name : $"{name[..LongestName]}…";

    private static List<SafetensorsEntry> Parse(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            return [.. document.RootElement.EnumerateObject().Where(property => property.Name != MetadataName).Select(Parse)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter where a text is no valid UTF-16.
            throw new InvalidDataException($"The safetensors header is no valid JSON: {exception.Message}", exception);
        }
    }

    private static SafetensorsEntry Parse(JsonProperty property)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || property.Value.GetPropertyCount() != 3
            || !property.Value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !property.Value.TryGetProperty("shape", out JsonElement shape)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsets))
        {
            throw Wrong(name, "should have a dtype, a shape and data_offsets, and nothing else");
        }

        string dataType = type.GetString()!;
        int size = SizeOf(dataType);
        if (size == 0)
        {
            throw new InvalidDataException(
                $"The tensor {Shorten(name)} holds numbers of type {Shorten(dataType)}, which is not known; save it as F32.");
        }

        long[] sizes = WholeNumbers(shape, name, "shape");
        if (sizes.FirstOrDefault(value => value is < 0 or > int.MaxValue) is var wrong and not 0)
            throw Wrong(name, $"has a dimension of {wrong}, which must be from 0 to {int.MaxValue}");
        long[] range = WholeNumbers(offsets, name, "data_offsets");
        if (range is not [>= 0, var end] || range[0] > end)
            throw Wrong(name, "should have two data_offsets, from 0 on and the second not below the first");

        var entry = new SafetensorsEntry(name, dataType, Array.ConvertAll(sizes, value => (int)value), range[0], range[1]);
        RequireLength(entry, size);
        return entry;
    }

    // Bytes of a number; 0 for what is not known.
    private static int SizeOf(string dataType) => dataType switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    private static long[] WholeNumbers(JsonElement array, string name, string what)
    {
        if (array.ValueKind != JsonValueKind.Array)
            throw Wrong(name, $"has no list as its {what}");
        var numbers = new List<long>();
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out long number))
                throw Wrong(name, $"has something in its {what} that is no whole number of 64 bits");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void RequireLength(SafetensorsEntry entry, int size)
    {
        // What is more than an array holds stays so, whatever it is multiplied by; but 0 makes it nothing.
        long bytes = entry.Shape.Contains(0) ? 0 : size;
        foreach (int dimension in entry.Shape)
            bytes = Math.Min(bytes * dimension, int.MaxValue);
        if (bytes > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The tensor {Shorten(entry.Name)} of {entry.DataType} takes more than the {Array.MaxLength} bytes that one array holds; "
                + "it cannot be read.");
        }

        if (entry.End - entry.Begin != bytes)
        {
            throw Wrong(
                entry.Name,
                $"of {entry.DataType} and shape {Shorten(SafetensorsTensor.Describe(entry.Shape))} takes {bytes} bytes "
                + $"but its data_offsets {entry.Begin} and {entry.End} give it {entry.End - entry.Begin}");
        }
    }

    private static void RequireAdjacent(SafetensorsEntry[] entries)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != end)
            {
                throw Wrong(
                    entry.Name,
                    $"begins at byte {entry.Begin} but those before it end at {end}; tensors lie one after the other, without gaps");
            }

            end = entry.End;
        }
    }

    private static InvalidDataException Wrong(string name, string what) =>
        new($"The tensor {Shorten(name)} {what}; the file is damaged.");
}
