using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>The base of penalties on squares and absolute values of weights: (λ₂·Σ W² + λ₁·Σ |W|) / (2m) is added to the cost of m rows.</summary>
public abstract record NormPenalty : Regularizer
{
    private protected NormPenalty()
    {
    }

    /// <inheritdoc/>
    public sealed override bool HasGradient => Square > 0;

    /// <inheritdoc/>
    public sealed override bool IsProximal => Absolute > 0;

    /// <summary>λ₂, of Σ W².</summary>
    private protected abstract double Square { get; }

    /// <summary>λ₁, of Σ |W|.</summary>
    private protected abstract double Absolute { get; }

    /// <inheritdoc/>
    public sealed override double Penalty<T>(ReadOnlySpan<T> weights, int rows)
    {
        double sum = 0;
        if (HasGradient)
            sum += Square * Norms.Squared(weights);
        if (IsProximal)
            sum += Absolute * Norms.Absolute(weights);
        return sum / (2.0 * rows);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void AddGradient<T>(ReadOnlySpan<T> weights, Span<T> gradient, int rows)
    {
        RequireStrips(weights.Length, gradient.Length, nameof(gradient));
        var factor = Vector256.Create(T.CreateTruncating(Square / rows));
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T g = ref MemoryMarshal.GetReference(gradient);
        for (nuint i = 0; i < (nuint)weights.Length; i += (nuint)Vector256<T>.Count)
            Lanes.MultiplyAdd(factor, Vector256.LoadUnsafe(ref w, i), Vector256.LoadUnsafe(ref g, i)).StoreUnsafe(ref g, i);
    }

    /// <inheritdoc/>
    /// <remarks>Every updated weight moves towards 0 by τ = α·λ₁/(2m), and becomes 0 if it is closer to 0 than τ.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Shrink<T>(Span<T> update, ReadOnlySpan<T> weights, double rate, int rows)
    {
        RequireStrips(weights.Length, update.Length, nameof(update));
        var threshold = Vector256.Create(T.CreateTruncating(rate * Absolute / (2.0 * rows)));
        ref T first = ref MemoryMarshal.GetReference(update);
        ref T present = ref MemoryMarshal.GetReference(weights);
        for (nuint i = 0; i < (nuint)update.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> before = Vector256.LoadUnsafe(ref present, i);
            Vector256<T> w = before - Vector256.LoadUnsafe(ref first, i);
            // At least one of the two is 0.
            Vector256<T> above = Vector256.Max(w - threshold, Vector256<T>.Zero);
            Vector256<T> below = Vector256.Min(w + threshold, Vector256<T>.Zero);
            (before - (above + below)).StoreUnsafe(ref first, i);
        }
    }

    /// <summary>Throws if λ is not a number above 0.</summary>
    private protected void RequireStrength(double lambda)
    {
        if (!(lambda > 0 && double.IsFinite(lambda)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Lambda of {GetType().Name} must be above 0 but is {lambda}; use no regularizer for no penalty."), "Lambda");
        }
    }

    private static void RequireStrips(int weights, int others, string name)
    {
        if (weights % Lanes.Strip != 0 || others != weights)
        {
            throw new ArgumentException(
                $"There are {weights} weights and {others} elements of the {name}; give the same number of both, a multiple of {Lanes.Strip}, "
                + "filled up with zeros.",
                name);
        }
    }
}
