using System.Globalization;
using System.Text.Json;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Whole numbers (<see cref="int"/>) between two bounds, which belong to it. Made by <c>Range.Integer</c>.
/// </summary>
/// <remarks>
/// Every integer k has a cell of the scale, [k - 1/2, k + 1/2]: all of one length where the scale is linear, so that all are drawn equally
/// often, and of the length log((k + 1/2)/(k - 1/2)) where it is logarithmic.
/// </remarks>
public sealed record IntegerRange : SearchRange
{
    internal IntegerRange(int low, int high, bool isLogarithmic)
    {
        Low = low;
        High = high;
        IsLogarithmic = isLogarithmic;
        if (low >= high)
            throw new ArgumentException($"The lower bound of {Text} must be less than the upper one; use Range.Choice for a single value.", "low");
        if (isLogarithmic && low < 1)
            throw new ArgumentException($"The lower bound of {Text} must be at least 1; leave out log where 0 is to be tried.", "low");
    }

    /// <summary>The least value.</summary>
    public int Low { get; }

    /// <summary>The greatest value.</summary>
    public int High { get; }

    /// <summary>Whether the logarithm is drawn uniformly, and not the number.</summary>
    public bool IsLogarithmic { get; }

    internal override bool IsCountable => true;

    private protected override string Text =>
        string.Create(CultureInfo.InvariantCulture, $"Range.Integer({Low}, {High}{(IsLogarithmic ? ", log: true" : "")})");

    internal override object FromUnit(double unit)
    {
        double first = ToScale(Low - 0.5);
        return Round(FromScale(first + unit * (ToScale(High + 0.5) - first)));
    }

    internal override double ToUnit(object value)
    {
        (double first, double last) = Cell((int)value);
        return first + (last - first) / 2;
    }

    internal override (double First, double Last)? CellOf(double unit) => Cell((int)FromUnit(unit));

    /// <summary>The cells of a value and of those beside it, from the first place to the last one.</summary>
    /// <param name="value">One of the range.</param>
    internal (double First, double Last) CellsAround(int value) =>
        (Cell(value > Low ? value - 1 : value).First, Cell(value < High ? value + 1 : value).Last);

    internal override IReadOnlyList<object> Grid(int points)
    {
        double low = ToScale(Low);
        double length = ToScale(High) - low;
        return [.. Enumerable.Range(0, points).Select(point => (object)Round(FromScale(low + length * point / (points - 1.0)))).Distinct()];
    }

    internal override bool Contains(object value) => value is int number && number >= Low && number <= High;

    internal override void WriteValue(Utf8JsonWriter writer, object value) => writer.WriteNumberValue((int)value);

    internal override object? ReadValue(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int value) && Contains(value) ? value : null;

    private (double First, double Last) Cell(int value)
    {
        double first = ToScale(Low - 0.5);
        double length = ToScale(High + 0.5) - first;
        return ((ToScale(value - 0.5) - first) / length, (ToScale(value + 0.5) - first) / length);
    }

    // Halves go up, so that every cell is as long as the next.
    private int Round(double number) => (int)Math.Clamp(Math.Floor(number + 0.5), Low, High);

    private double ToScale(double number) => IsLogarithmic ? Math.Log(number) : number;

    private double FromScale(double place) => IsLogarithmic ? Math.Exp(place) : place;
}
