using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The bins [bₜ, bₜ₊₁) of a column. The first and the last bin are open: they extend to <see cref="Farthest"/> times their width.
/// </summary>
internal sealed class ColumnBins<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The limit of a number in an open bin, in widths of the bin. It limits the effect of outliers.</summary>
    public const double Farthest = 5;

    private const int MostCompared = 64;

    private readonly T[] _inner; // edges between two bins, padded with infinity to whole vectors

    /// <param name="edges">The edges, ascending. With fewer than two edges there are no bins.</param>
    public ColumnBins(IReadOnlyList<double> edges)
    {
        Count = Math.Max(0, edges.Count - 1);
        (Starts, Inverses) = (new T[Math.Max(1, Count)], new T[Math.Max(1, Count)]);
        _inner = new T[(Math.Max(0, Count - 1) + Vector256<T>.Count - 1) / Vector256<T>.Count * Vector256<T>.Count];
        _inner.AsSpan().Fill(T.PositiveInfinity);
        for (int bin = 0; bin < Count; bin++)
        {
            Starts[bin] = T.CreateTruncating(edges[bin]);
            Inverses[bin] = T.CreateTruncating(1 / (edges[bin + 1] - edges[bin]));
            if (bin > 0)
                _inner[bin - 1] = Starts[bin];
        }

        if (Count == 0)
            return;
        Least = T.CreateTruncating(edges[0] - Farthest * (edges[1] - edges[0]));
        Most = T.CreateTruncating(edges[Count - 1] + Farthest * (edges[Count] - edges[Count - 1]));
    }

    /// <summary>The number of bins; 0 if the column did not vary.</summary>
    public int Count { get; }

    /// <summary>bₜ: (bins). A single 0 if there are no bins.</summary>
    public T[] Starts { get; }

    /// <summary>1 / (bₜ₊₁ - bₜ): (bins). A single 0 if there are no bins.</summary>
    public T[] Inverses { get; }

    /// <summary>The lower limit: smaller numbers are replaced by it. 0 without bins.</summary>
    public T Least { get; }

    /// <summary>The upper limit: larger numbers are replaced by it. 0 without bins.</summary>
    public T Most { get; }

    /// <summary>Limits a number to [<see cref="Least"/>, <see cref="Most"/>].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Limit(T x) => T.Min(T.Max(x, Least), Most);

    /// <summary>Returns the bin of a number within the limits: the number of inner edges at or below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(T x)
    {
        ReadOnlySpan<T> window = _inner;
        int bin = 0;
        while (window.Length > MostCompared)
        {
            int half = window.Length / 2 & -Vector256<T>.Count;
            bool isAbove = window[half - 1] <= x;
            bin += isAbove ? half : 0;
            window = isAbove ? window[half..] : window[..half];
        }

        Vector256<T> value = Vector256.Create(x);
        ref T first = ref MemoryMarshal.GetReference(window);
        for (int i = 0; i < window.Length; i += Vector256<T>.Count)
            bin += BitOperations.PopCount(Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)i), value).ExtractMostSignificantBits());
        return bin;
    }

    /// <summary>Creates the bins of all columns.</summary>
    public static ColumnBins<T>[] Of(IReadOnlyList<IReadOnlyList<double>> edges) => [.. edges.Select(column => new ColumnBins<T>(column))];
}
