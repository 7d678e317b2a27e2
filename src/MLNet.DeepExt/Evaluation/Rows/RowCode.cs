using System.Numerics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>A running code of the labels, weights and segments of rows, by which two readings of them are compared.</summary>
internal record struct RowCode
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15; // odd, so that no bit is lost

    private ulong _code;

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row of a block, with the weight that the data gives it.</summary>
    public void Add(ScoredBlock block, int row, string? segment)
    {
        Rows++;
        Add((ulong)block.Classes[row]);
        Add(BitConverter.DoubleToUInt64Bits(block.Weights[row]));
        foreach (float target in block.Targets(row))
            Add(BitConverter.SingleToUInt32Bits(target));
        if (segment is not null)
            Add((ulong)segment.GetHashCode(StringComparison.Ordinal));
    }

    private void Add(ulong value) => _code = BitOperations.RotateLeft((_code ^ value) * Multiplier, 29);
}
