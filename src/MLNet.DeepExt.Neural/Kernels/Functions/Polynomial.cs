using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>A polynomial of every lane of a vector, by Horner's rule.</summary>
internal static class Polynomial
{
    /// <summary>c₀·xⁿ + c₁·xⁿ⁻¹ + … + cₙ.</summary>
    /// <param name="x">Where.</param>
    /// <param name="highestFirst">The coefficients, at least one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Evaluate<T>(Vector256<T> x, ReadOnlySpan<T> highestFirst)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> y = Vector256.Create(highestFirst[0]);
        for (int i = 1; i < highestFirst.Length; i++)
            y = Lanes.MultiplyAdd(y, x, Vector256.Create(highestFirst[i]));
        return y;
    }
}
