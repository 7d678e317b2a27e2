using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The exponentially weighted average v_t = β·v_{t-1} + (1 - β)·θ_t of a series θ_1, θ_2, ..., from v_0 = 0: an average over about
/// the last 1 / (1 - β) values that does not store them. Immutable; the caller stores v.
/// </summary>
/// <remarks>
/// θ_i has the weight (1 - β)·β^(t-i) in v_t, and the sum of all weights is 1 - β^t, which is less than 1 at first. Therefore v_t / (1 - β^t) is an
/// average from the first value on ("bias correction").
/// </remarks>
/// <example>
/// <code>
/// var average = new ExponentialAverage(0.9);
/// double v = 0;
/// for (int t = 1; t &lt;= temperatures.Length; t++)
/// {
///     v = average.Next(v, temperatures[t - 1]);
///     Console.WriteLine(average.Correct(v, t));
/// }
/// </code>
/// </example>
public readonly record struct ExponentialAverage
{
    /// <summary>Creates an average.</summary>
    /// <param name="beta">β, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">β is out of its range.</exception>
    public ExponentialAverage(double beta)
    {
        if (!(beta >= 0 && beta < 1))
            throw OutOfRange(beta);
        Beta = beta;
    }

    /// <summary>The weight β of the previous value, in [0, 1). With 0 the average is the last value.</summary>
    public double Beta { get; }

    /// <summary>
    /// The number of steps after which the weight of a value has decreased to 1/e (37 %): -1 / ln β, 9.5 for β = 0.9 and 49.5 for 0.98.
    /// </summary>
    public double Memory => -1 / Math.Log(Beta);

    /// <summary>Adds a value to the average: β·v + (1 - β)·θ.</summary>
    /// <param name="average">v_{t-1}; 0 before the first value.</param>
    /// <param name="value">θ_t.</param>
    /// <returns>v_t, without bias correction.</returns>
    public double Next(double average, double value) => Beta * average + (1 - Beta) * value;

    /// <summary>Returns the sum of the weights of all values so far: 1 - β^t.</summary>
    /// <param name="count">t, the number of values so far.</param>
    /// <returns>In [0, 1]; 0 before the first value.</returns>
    public double TotalWeight(long count) => 1 - Math.Pow(Beta, count);

    /// <summary>Corrects the bias of the average towards 0: v_t / (1 - β^t).</summary>
    /// <param name="average">v_t.</param>
    /// <param name="count">t, the number of values so far, at least 1.</param>
    /// <returns>An average of these values.</returns>
    public double Correct(double average, long count) => average / TotalWeight(count);

    /// <summary>Smooths a series: returns the corrected average after every value.</summary>
    /// <param name="values">θ_1, θ_2, ...</param>
    /// <returns>The averages, as many as values; the first is θ_1.</returns>
    public double[] Smooth(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var smooth = new List<double>();
        double average = 0;
        foreach (double value in values)
        {
            average = Next(average, value);
            smooth.Add(Correct(average, smooth.Count + 1));
        }

        return [.. smooth];
    }

    /// <summary>Adds a value to each of many averages: v = β·v + (1 - β)·θ.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="average">(n): v_{t-1} on entry, v_t on return.</param>
    /// <param name="values">(n): θ_t.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Accumulate<T>(Span<T> average, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (average.Length != values.Length)
            throw DifferentLengths(average.Length, values.Length, nameof(values));
        T beta = T.CreateTruncating(Beta), rest = T.CreateTruncating(1 - Beta);
        Vector256<T> betas = Vector256.Create(beta), rests = Vector256.Create(rest);
        ref T v = ref MemoryMarshal.GetReference(average);
        ref T x = ref MemoryMarshal.GetReference(values);
        int whole = average.Length - average.Length % Vector256<T>.Count;
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector256<T>.Count)
            Lanes.MultiplyAdd(rests, Vector256.LoadUnsafe(ref x, i), betas * Vector256.LoadUnsafe(ref v, i)).StoreUnsafe(ref v, i);
        for (int i = whole; i < average.Length; i++)
            average[i] = T.MultiplyAddEstimate(rest, values[i], beta * average[i]);
    }

    /// <summary>Corrects the bias of many averages towards 0: v_t / (1 - β^t).</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="average">(n): v_t.</param>
    /// <param name="count">t, the number of values so far, at least 1.</param>
    /// <param name="corrected">(n): receives the corrected averages; may be the same memory.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Correct<T>(ReadOnlySpan<T> average, long count, Span<T> corrected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (average.Length != corrected.Length)
            throw DifferentLengths(average.Length, corrected.Length, nameof(corrected));
        T factor = T.CreateTruncating(1 / TotalWeight(count));
        var factors = Vector256.Create(factor);
        ref T v = ref MemoryMarshal.GetReference(average);
        ref T y = ref MemoryMarshal.GetReference(corrected);
        int whole = average.Length - average.Length % Vector256<T>.Count;
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector256<T>.Count)
            (factors * Vector256.LoadUnsafe(ref v, i)).StoreUnsafe(ref y, i);
        for (int i = whole; i < average.Length; i++)
            corrected[i] = factor * average[i];
    }

    private static ArgumentOutOfRangeException OutOfRange(double beta) => new(
        nameof(beta), FormattableString.Invariant($"β of an ExponentialAverage must be in [0, 1) but is {beta}; 0.9 is the usual value."));

    private static ArgumentException DifferentLengths(int averages, int others, string span) => new(FormattableString.Invariant(
        $"There are {averages} averages but the span {span} has {others} elements; give it as many."), span);
}
