using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The bins [bₜ, bₜ₊₁) of a column, of which the first and the last are open, as far as <see cref="Farthest"/> of their widths.
/// </summary>
internal sealed class ColumnBins<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What share of an open bin a number is limited to: outliers would otherwise be as far out as they are.</summary>
    public const double Farthest = 5;

    private const int MostCompared = 64;

    private readonly T[] _inner; // edges between two bins, padded with infinity to whole vectors

    /// <param name="edges">Ascending; none or one where there are no bins.</param>
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

    /// <summary>How many there are; 0 where the column did not vary.</summary>
    public int Count { get; }

    /// <summary>(bins), or a 0: bₜ.</summary>
    public T[] Starts { get; }

    /// <summary>(bins), or a 0: 1 / (bₜ₊₁ - bₜ).</summary>
    public T[] Inverses { get; }

    /// <summary>The number that all below are taken for; 0 without bins.</summary>
    public T Least { get; }

    /// <summary>The number that all above are taken for; 0 without bins.</summary>
    public T Most { get; }

    /// <summary>A number, within the limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Limit(T x) => T.Min(T.Max(x, Least), Most);

    /// <summary>The bin of a number within the limits: how many edges between two bins are at or below it.</summary>
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

    /// <summary>The bins of all columns.</summary>
    public static ColumnBins<T>[] Of(IReadOnlyList<IReadOnlyList<double>> edges) => [.. edges.Select(column => new ColumnBins<T>(column))];
}
