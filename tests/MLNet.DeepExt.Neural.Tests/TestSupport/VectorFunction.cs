using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A function of vectors, tried on single numbers and swept over many.</summary>
internal sealed class VectorFunction<T>(Func<Vector256<T>, Vector256<T>> function, Func<double, double> reference)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The value, which every lane of the vector must agree on.</summary>
    public T At(T x)
    {
        Vector256<T> y = function(Vector256.Create(x));
        for (int lane = 1; lane < Vector256<T>.Count; lane++)
            Assert.Equal(y[0], y[lane]);
        return y[0];
    }

    /// <summary>The largest error in units in the last place, and where it is.</summary>
    public (double Ulps, T At) LargestError(IEnumerable<T> sweep)
    {
        (double Ulps, T At) worst = (0, T.Zero);
        foreach (T[] chunk in sweep.Chunk(Vector256<T>.Count))
        {
            var x = new T[Vector256<T>.Count];
            chunk.CopyTo(x, 0);
            Vector256<T> y = function(Vector256.Create(x));
            for (int lane = 0; lane < chunk.Length; lane++)
            {
                double ulps = Accuracy.Ulps(y[lane], reference(double.CreateTruncating(chunk[lane])));
                if (!(ulps <= worst.Ulps))
                    worst = (ulps, chunk[lane]);
            }
        }

        return worst;
    }

    /// <summary>Every so many-th float between two bounds of the same sign, in the order of magnitude.</summary>
    public static IEnumerable<float> Floats(float from, float to, int step)
    {
        int last = BitConverter.SingleToInt32Bits(to);
        for (int bits = BitConverter.SingleToInt32Bits(from); bits <= last; bits += step)
            yield return BitConverter.Int32BitsToSingle(bits);
    }

    /// <summary>Evenly spaced numbers.</summary>
    public static IEnumerable<double> Doubles(double from, double to, int count)
    {
        for (int i = 0; i <= count; i++)
            yield return from + (to - from) * i / count;
    }
}
