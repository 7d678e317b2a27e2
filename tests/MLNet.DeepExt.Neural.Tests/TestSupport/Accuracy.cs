using System.Numerics;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>How far a computed number is from the true one.</summary>
internal static class Accuracy
{
    /// <summary>u: half the distance from 1 to the next number, the relative error of one rounding.</summary>
    public static double UnitRoundoff<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateTruncating(T.BitIncrement(T.One) - T.One) / 2;

    /// <summary>|actual - reference| in units in the last place of the reference; 0 if both are the same infinity.</summary>
    public static double Ulps<T>(T actual, double reference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T nearest = T.Abs(T.CreateTruncating(reference));
        double computed = double.CreateTruncating(actual);
        if (computed == reference)
            return 0;
        return Math.Abs(computed - reference) / double.CreateTruncating(T.BitIncrement(nearest) - nearest);
    }

    /// <summary>Every bit equal, the sign of 0 and NaN included.</summary>
    public static bool SameBits<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(a).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(b));
}
