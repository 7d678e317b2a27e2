using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Numeric targets of rows, the same number for each row; NaN if missing.</summary>
internal sealed class ValueRows : TargetRows
{
    /// <param name="width">The number of targets per row, at least 1.</param>
    /// <param name="targets">(rows, width), row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    /// <exception cref="ArgumentException">The last row is not complete.</exception>
    public ValueRows(int width, float[] targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (targets.Length % width != 0)
        {
            throw new ArgumentException(
                $"There are {targets.Length} numbers for targets of {width}; give {width} numbers per row.", nameof(targets));
        }

        Width = width;
        Values = targets;
    }

    public override int Count => Values.Length / Width;

    public override int Width { get; }

    /// <summary>(rows, width), row-major.</summary>
    public float[] Values { get; }

    /// <summary>Returns one row: (width).</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Width, Width);

    public override int StratumOf(int row) => 0;

    public override void Read(int row, ExamplePass pass) => pass.Values.CopyTo(Values.AsSpan(row * Width, Width));

    public override void AddTo(InputStatistics statistics, int row, ReadOnlySpan<float> features) => statistics.Add(features, Row(row));

    public override void CopyTo(int row, TargetRows destination, int place) =>
        Row(row).CopyTo(((ValueRows)destination).Values.AsSpan(place * Width, Width));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void CopyTo(int row, Target<float> target, int place) => Row(row).CopyTo(target.Values!.Row(place));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(ReadOnlySpan<long> rows, Target<float> target, int from, int to)
    {
        for (int i = from; i < to; i++)
            Row((int)rows[i]).CopyTo(target.Values!.Row(i));
    }

    public override string? FaultOf(TargetCheck check, string name, Func<int, bool> isUsed)
    {
        if (check.FaultOfWidth(Width, name) is { } faultOfWidth)
            return faultOfWidth;
        for (int row = 0; row < Count; row++)
        {
            foreach (float value in Row(row))
            {
                if (check.FaultOfValue(value) is { } fault && isUsed(row))
                    return FormattableString.Invariant($"Row {row} of the {name} rows has the target {value}; {fault}.");
            }
        }

        return null;
    }
}
