using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>A sequence of numbers of a <see cref="CounterRandom"/>.</summary>
internal struct RandomSequence(CounterRandom random)
{
    private const int NormalsAtOnce = 16;

    private ulong _next;

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => random.Uniform(_next++);

    /// <summary>Uniform in [from, to].</summary>
    public float Between(double from, double to) => (float)(from + (to - from) * Uniform());

    /// <summary>Uniform in [-bound, bound].</summary>
    public float Within(double bound) => Between(-bound, bound);

    /// <summary>Uniform in [0, bound).</summary>
    public int Below(int bound) => random.Below(bound, _next++);

    /// <summary>Beta with both parameters α: X / (X + Y) of two gamma variables.</summary>
    public double Beta(double alpha)
    {
        double x = Gamma(alpha), y = Gamma(alpha);
        // For a very small α both may underflow; the result is then 0 or 1, as in the limit.
        return x + y > 0 ? x / (x + y) : Below(2);
    }

    /// <summary>Uniform in [-bound, bound), in 2¹⁶ steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillUniform(Span<float> values, float bound)
    {
        float step = bound / 32768;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            ulong bits = random.Bits(_next++);
            Span<float> four = values.Slice(i, 4);
            four[0] = (short)bits * step;
            four[1] = (short)(bits >> 16) * step;
            four[2] = (short)(bits >> 32) * step;
            four[3] = (short)(bits >> 48) * step;
        }

        for (ulong bits = random.Bits(_next++); i < values.Length; i++, bits >>= 16)
            values[i] = (short)bits * step;
    }

    /// <summary>Normal with mean 0 and variance 1, by Box and Muller, from two uniform numbers of 32 bits for two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillNormal(Span<float> values)
    {
        Span<float> few = stackalloc float[NormalsAtOnce];
        for (int start = 0; start < values.Length; start += NormalsAtOnce)
        {
            FillNormals(few);
            int count = Math.Min(NormalsAtOnce, values.Length - start);
            few[..count].CopyTo(values[start..]);
        }
    }

    // few: (16).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillNormals(Span<float> few)
    {
        Span<float> uniform = stackalloc float[NormalsAtOnce / 2], turns = stackalloc float[NormalsAtOnce / 2];
        for (int i = 0; i < uniform.Length; i++)
        {
            ulong bits = random.Bits(_next++);
            uniform[i] = ((uint)(bits >> 32) + 1f) * (1f / 4294967296f);
            turns[i] = (int)bits * (1f / 2147483648f);
        }

        var radius = Vector256.Sqrt(Vector256.Log(Vector256.Create<float>(uniform)) * -2f);
        (Vector256<float> sine, Vector256<float> cosine) = Vector256.SinCos(Vector256.Create<float>(turns) * MathF.PI);
        (radius * cosine).StoreUnsafe(ref MemoryMarshal.GetReference(few));
        (radius * sine).StoreUnsafe(ref MemoryMarshal.GetReference(few), (nuint)Vector256<float>.Count);
    }

    // G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", 2000; below 1 as they say, by one of 1 more.
    private double Gamma(double shape)
    {
        if (shape < 1)
        {
            double power = Math.Pow(1 - Uniform(), 1 / shape);
            return Gamma(shape + 1) * power;
        }

        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
            double v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - Uniform()) < x * x / 2 + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }
}
