using System.Globalization;
using System.Text.Json;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>All numbers (<see cref="double"/>) between two bounds, which belong to it, on a scale of its own.</summary>
public abstract record ContinuousRange : SearchRange
{
    private protected ContinuousRange(double low, double high)
    {
        Low = low;
        High = high;
        if (!double.IsFinite(low) || !double.IsFinite(high))
            throw new ArgumentException($"The bounds of {Text} must be finite; give the least and the greatest value to try.", "low");
        if (!(low < high))
            throw new ArgumentException($"The lower bound of {Text} must be less than the upper one; use Range.Choice for a single value.", "low");
        if (FindFault() is { } fault)
            throw fault.ToException();
        double length = ToScale(high) - ToScale(low);
        if (!(length > 0 && double.IsFinite(length)))
            throw new ArgumentException($"{Text} is too narrow or too wide to be measured; move its bounds.", "high");
    }

    /// <summary>The least value.</summary>
    public double Low { get; }

    /// <summary>The greatest value.</summary>
    public double High { get; }

    internal sealed override bool IsCountable => false;

    private protected sealed override string Text => string.Create(CultureInfo.InvariantCulture, $"Range.{Kind}({Low}, {High})");

    /// <summary>The name of the method that makes it.</summary>
    private protected abstract string Kind { get; }

    /// <summary>What is wrong with bounds that are numbers in order; null: nothing.</summary>
    private protected abstract OptionFault? FindFault();

    /// <summary>Where a value is on the scale on which draws are uniform; ascending.</summary>
    /// <param name="value">Between the bounds.</param>
    private protected abstract double ToScale(double value);

    /// <summary>The value at a place on the scale.</summary>
    /// <param name="place">As <see cref="ToScale"/> gives it.</param>
    private protected abstract double FromScale(double place);

    internal sealed override object FromUnit(double unit)
    {
        double low = ToScale(Low);
        return unit <= 0 ? Low
            : unit >= 1 ? High
            : Math.Clamp(FromScale(low + unit * (ToScale(High) - low)), Low, High);
    }

    internal sealed override double ToUnit(object value)
    {
        double low = ToScale(Low);
        return Math.Clamp((ToScale((double)value) - low) / (ToScale(High) - low), 0, 1);
    }

    internal sealed override (double First, double Last)? CellOf(double unit) => null;

    internal sealed override IReadOnlyList<object> Grid(int points) =>
        [.. Enumerable.Range(0, points).Select(point => FromUnit(point / (points - 1.0))).Distinct()];

    internal sealed override bool Contains(object value) => value is double number && number >= Low && number <= High;

    internal sealed override void WriteValue(Utf8JsonWriter writer, object value) => writer.WriteNumberValue((double)value);

    internal sealed override object? ReadValue(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.GetDouble() is double value && Contains(value) ? value : null;
}
