using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>
/// One line of what a process says of its measurements: its name with versions, a figure, where its data come from, or why there
/// is no figure.
/// </summary>
internal sealed record Report
{
    private const string Beginning = "{\"contender\":";

    private static readonly JsonSerializerOptions Format = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Who measures; also marks the line as one of ours among what libraries may print.</summary>
    public required string Contender { get; init; }

    /// <summary>What was measured.</summary>
    public string? Figure { get; init; }

    /// <summary>Seconds, bytes, operations or bytes a second, as the figure says.</summary>
    public double? Value { get; init; }

    /// <summary>Where the rows that it trains on come from.</summary>
    public string? Source { get; init; }

    /// <summary>Why nothing could be measured, in one line.</summary>
    public string? Failure { get; init; }

    public void Write() => Console.WriteLine(JsonSerializer.Serialize(this, Format));

    public static Report? Parse(string line) =>
        line.StartsWith(Beginning, StringComparison.Ordinal) ? JsonSerializer.Deserialize<Report>(line, Format) : null;
}
