using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>How large the features of the first training rows are, slot by slot, to warn of features on unlike scales.</summary>
/// <remarks>
/// The size of a slot is the mean of |x| over the rows in which it is not 0. A slot that is 0 in more than nine of ten rows is not the small
/// one of a pair, so that a pixel at the edge of a few pictures is no cause for a warning. Nor is a rare one after it was normalized, when
/// all sizes are about 1 or below, or the column says that it is normalized.
/// </remarks>
/// <param name="width">Features of a row.</param>
internal sealed class SlotScales(int width)
{
    /// <summary>How many times larger than another slot one may be without a warning.</summary>
    public const double Factor = 100;

    private const double LeastLarge = 10; // no feature that is normalized is as large
    private const int MostRows = 1000;

    private readonly double[] _sums = new double[width]; // (width): Σ |x|
    private readonly int[] _counts = new int[width];     // (width): rows in which it is not 0
    private int _rows;

    /// <summary>Adds a row, unless there are enough.</summary>
    /// <param name="features">(width).</param>
    public void Add(in VBuffer<float> features)
    {
        if (_rows == MostRows)
            return;
        _rows++;
        foreach ((int slot, float value) in features.Items())
        {
            if (value == 0)
                continue;
            _sums[slot] += Math.Abs(value);
            _counts[slot]++;
        }
    }

    /// <summary>Warns where features are on unlike scales.</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="column">The column of the features.</param>
    public void Report(IHost host, DataViewSchema.Column column)
    {
        int[] slots = [.. Enumerable.Range(0, width).Where(slot => _counts[slot] > 0)];
        int[] frequent = [.. slots.Where(slot => _counts[slot] >= _rows / 10.0)];
        if (frequent.Length == 0 || IsNormalized(column))
            return;
        int largest = slots.MaxBy(SizeOf), smallest = frequent.MinBy(SizeOf);
        if (SizeOf(largest) < LeastLarge || SizeOf(largest) <= Factor * SizeOf(smallest))
            return;
        string[]? names = SlotNames.Of(column);
        host.Warn("Reading data", FormattableString.Invariant(
            $"Column '{column.Name}' has features on unlike scales: {NameOf(largest)} is about {SizeOf(largest):g2} in size and ") +
            FormattableString.Invariant($"{NameOf(smallest)} about {SizeOf(smallest):g2} (means of |x| where not 0, first {_rows} rows), ") +
            "so that a network learns little of the small ones; " +
            $"put NormalizeInputs(\"{column.Name}\") in front of the trainer, or NormalizeMinMax where most features are 0.");

        string NameOf(int slot) => names is not null && names[slot].Length > 0 ? $"'{names[slot]}'" : FormattableString.Invariant($"slot {slot}");
    }

    private double SizeOf(int slot) => _sums[slot] / _counts[slot];

    private static bool IsNormalized(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.IsNormalized)?.Type is not BooleanDataViewType)
            return false;
        bool isNormalized = false;
        column.Annotations.GetValue(AnnotationKinds.IsNormalized, ref isNormalized);
        return isNormalized;
    }
}
