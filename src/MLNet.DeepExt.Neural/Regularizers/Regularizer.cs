using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>
/// A penalty on weights: λ/(2m) times their squares or absolute values is added to the cost of a mini-batch of m rows. Weights alone
/// have it, not biases, nor the scales and shifts of normalization. An immutable value.
/// </summary>
/// <remarks>
/// m is the number of rows of the step's mini-batch, over which the cost is a mean: a batch with twice as many rows has half the
/// penalty for the same weights. Where the size of batches is changed, change λ with it to keep the strength. <c>alpha</c> of
/// scikit-learn's <c>MLPClassifier</c> and <c>MLPRegressor</c> enters by the same formula, alpha/(2n) for a batch of n rows: λ = alpha.
/// Where training rows leave zeros out, a step charges those of the first weights alone that its batch touches; see the remarks on
/// optimizers.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ElasticNet), nameof(ElasticNet))]
[JsonDerivedType(typeof(L1), nameof(L1))]
[JsonDerivedType(typeof(L2), nameof(L2))]
public abstract record Regularizer
{
    /// <summary>Whether the cost has a smooth part, whose gradient joins that of the loss.</summary>
    internal bool HasGradient => Square > 0;

    /// <summary>Whether the cost has a part with a kink at 0, which a proximal step follows after the update.</summary>
    internal bool IsProximal => Absolute > 0;

    /// <summary>λ of Σ W².</summary>
    private protected abstract double Square { get; }

    /// <summary>λ of Σ |W|.</summary>
    private protected abstract double Absolute { get; }

    /// <summary>What a range of weights adds to the cost: (λ₂·Σ W² + λ₁·Σ |W|) / (2m).</summary>
    /// <param name="weights">(n), padding of 0 included.</param>
    /// <param name="rows">m.</param>
    internal double Penalty<T>(ReadOnlySpan<T> weights, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        if (HasGradient)
            sum += Square * Norms.Squared(weights);
        if (IsProximal)
            sum += Absolute * Norms.Absolute(weights);
        return sum / (2.0 * rows);
    }

    /// <summary>Adds the gradient of the smooth part: λ₂/m·W.</summary>
    /// <param name="weights">(n): whole strips.</param>
    /// <param name="gradient">(n): of the same weights.</param>
    /// <param name="rows">m.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddGradient<T>(ReadOnlySpan<T> weights, Span<T> gradient, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var factor = Vector256.Create(T.CreateTruncating(Square / rows));
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T g = ref MemoryMarshal.GetReference(gradient[..weights.Length]);
        for (nuint i = 0; i < (nuint)weights.Length; i += (nuint)Vector256<T>.Count)
            Lanes.MultiplyAdd(factor, Vector256.LoadUnsafe(ref w, i), Vector256.LoadUnsafe(ref g, i)).StoreUnsafe(ref g, i);
    }

    /// <summary>
    /// The proximal step of the other part: every weight that an update leads to comes closer to 0 by τ = α·λ₁/(2m), and is 0 if it was closer
    /// than that. The update is changed accordingly.
    /// </summary>
    /// <param name="update">(n): what is to be subtracted from the weights; whole strips.</param>
    /// <param name="weights">(n): before the update.</param>
    /// <param name="rate">α.</param>
    /// <param name="rows">m.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Shrink<T>(Span<T> update, ReadOnlySpan<T> weights, double rate, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var threshold = Vector256.Create(T.CreateTruncating(rate * Absolute / (2.0 * rows)));
        ref T first = ref MemoryMarshal.GetReference(update);
        ref T present = ref MemoryMarshal.GetReference(weights[..update.Length]);
        for (nuint i = 0; i < (nuint)update.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> before = Vector256.LoadUnsafe(ref present, i);
            Vector256<T> w = before - Vector256.LoadUnsafe(ref first, i);
            // One of the two is 0, or both.
            Vector256<T> above = Vector256.Max(w - threshold, Vector256<T>.Zero);
            Vector256<T> below = Vector256.Min(w + threshold, Vector256<T>.Zero);
            (before - (above + below)).StoreUnsafe(ref first, i);
        }
    }

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal abstract void Validate();

    /// <summary>Throws if λ is not a number above 0.</summary>
    private protected void RequireStrength(double lambda)
    {
        if (!(lambda > 0 && double.IsFinite(lambda)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Lambda of {GetType().Name} must be above 0 but is {lambda}; without a regularizer there is none."), "Lambda");
        }
    }
}
