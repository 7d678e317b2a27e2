using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The width of a strip, to which every row in memory is padded, and the few vector operations that
/// .NET offers for float and for double but not for a type parameter.
/// </summary>
/// <remarks>
/// A strip is one 64-byte line of floats. As every row is a whole number of strips, no loop over a row has a tail.
/// </remarks>
internal static class Lanes
{
    /// <summary>Columns in a strip.</summary>
    public const int Strip = 16;

    /// <summary>The smallest whole number of strips that holds <paramref name="width"/> columns, in columns.</summary>
    public static int Pad(int width) => checked(width + (Strip - 1)) & ~(Strip - 1);

    /// <inheritdoc cref="Pad(int)"/>
    public static long Pad(long width) => (width + (Strip - 1)) & ~(Strip - 1L);

    /// <summary>Elements from one row of a block to the next: whole strips, and from three on an odd number of them.</summary>
    /// <remarks>
    /// Rows an even number of lines apart, 1,024 bytes say, share a few sets of the first-level cache, and a product that
    /// walks down a column of them drives out what it is about to read.
    /// </remarks>
    public static int Stride(int width)
    {
        int strips = Pad(width) / Strip;
        return (strips > 2 ? strips | 1 : strips) * Strip;
    }

    /// <summary>
    /// <paramref name="a"/> · <paramref name="b"/> + <paramref name="c"/>: rounded once where the processor can, twice where
    /// that would have to be emulated.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        throw OnlyFloatAndDouble<T>();
    }

    /// <inheritdoc cref="MultiplyAdd{T}(Vector256{T}, Vector256{T}, Vector256{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        throw OnlyFloatAndDouble<T>();
    }

    /// <inheritdoc cref="MultiplyAdd{T}(Vector256{T}, Vector256{T}, Vector256{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        throw OnlyFloatAndDouble<T>();
    }

    /// <summary>
    /// All bits set in the lanes whose column, starting at <paramref name="column"/>, lies below <paramref name="width"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Below<T>(int column, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return Vector256.LessThan(
            Vector256.CreateSequence(T.CreateTruncating(column), T.One),
            Vector256.Create(T.CreateTruncating(width)));
    }

    public static NotSupportedException OnlyFloatAndDouble<T>() =>
        new($"A network computes in float or double but {typeof(T).Name} was asked for; use Network<float> or Network<double>.");
}
