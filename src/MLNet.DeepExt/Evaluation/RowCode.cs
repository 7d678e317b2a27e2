using System.Numerics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>A running code of the labels, weights and segments of rows, by which two readings of them are compared.</summary>
internal record struct RowCode
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15; // odd, so that no bit is lost

    private ulong _code;

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row, with the weight that the data gives it.</summary>
    public void Add(ScoredExample row)
    {
        Rows++;
        Add((ulong)row.Class);
        Add(BitConverter.DoubleToUInt64Bits(row.Weight));
        foreach (float target in row.Targets)
            Add(BitConverter.SingleToUInt32Bits(target));
        if (row.Segment is { } segment)
            Add((ulong)segment.GetHashCode(StringComparison.Ordinal));
    }

    private void Add(ulong value) => _code = BitOperations.RotateLeft((_code ^ value) * Multiplier, 29);
}
