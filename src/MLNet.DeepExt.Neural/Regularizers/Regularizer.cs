using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>
/// A penalty on weights that is added to the cost of a mini-batch: <see cref="L2"/> on their squares, <see cref="L1"/> on their absolute values.
/// It acts on weights only, not on biases or the scales and shifts of normalization. An immutable value.
/// </summary>
/// <remarks>
/// <para>
/// The penalties of this library are λ/(2m) times a sum over the weights, where m is the number of rows of the mini-batch, over which the
/// cost is a mean: a batch with twice as many rows has half the
/// penalty for the same weights. If you change the batch size, change λ by the same factor to keep the strength. <c>alpha</c> of
/// scikit-learn's <c>MLPClassifier</c> and <c>MLPRegressor</c> has the same formula, alpha/(2n) for a batch of n rows: λ = alpha.
/// With sparse training rows, a step penalizes only those of the first weights that its batch touches; see the remarks of
/// <see cref="Optimizers.GradientTransform"/>.
/// </para>
/// <para>
/// Custom penalties derive from this type and are sums over single weights. They process weights in parts of any length, in several
/// threads. A part may contain padding, which is 0: the penalty and its gradient at 0 must be 0. A smooth penalty overrides
/// <see cref="Penalty{T}"/> and <see cref="AddGradient{T}"/>; one with a kink at 0 overrides <see cref="IsProximal"/> and
/// <see cref="Shrink{T}"/> as well. A checkpoint compares custom penalties by their text (ToString), which must contain every value.
/// <c>RegularizerConformance</c> checks one.
/// </para>
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ElasticNet), nameof(ElasticNet))]
[JsonDerivedType(typeof(L1), nameof(L1))]
[JsonDerivedType(typeof(L2), nameof(L2))]
public abstract record Regularizer
{
    /// <summary>True (default) if the penalty has a smooth part, whose gradient is added to that of the loss.</summary>
    public virtual bool HasGradient => true;

    /// <summary>True if the penalty has a part with a kink at 0, which is applied by a proximal step after the update. Default false.</summary>
    public virtual bool IsProximal => false;

    /// <summary>Returns the penalty of a part of the weights.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="weights">(n), including padding of 0.</param>
    /// <param name="rows">m, the rows of the mini-batch.</param>
    public abstract double Penalty<T>(ReadOnlySpan<T> weights, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Adds the gradient of the smooth part. It is called only if <see cref="HasGradient"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="weights">(n): before the step. In training n is a multiple of 16.</param>
    /// <param name="gradient">(n): of the same weights.</param>
    /// <param name="rows">m, the rows of the mini-batch.</param>
    public abstract void AddGradient<T>(ReadOnlySpan<T> weights, Span<T> gradient, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Applies the proximal step of the part with a kink: changes an update so that the new weights minimize that part, times the rate, plus
    /// half their squared distance from the weights of the unchanged update. Called only if <see cref="IsProximal"/>. The default does nothing.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="update">(n): the update, which will be subtracted from the weights. In training n is a multiple of 16.</param>
    /// <param name="weights">(n): before the update.</param>
    /// <param name="rate">α, the step size.</param>
    /// <param name="rows">m, the rows of the mini-batch.</param>
    public virtual void Shrink<T>(Span<T> update, ReadOnlySpan<T> weights, double rate, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A penalty without a kink has no proximal step.
    }

    /// <summary>Validates all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message states the value and the remedy.</exception>
    public abstract void Validate();

    /// <summary>Omits the members that the kind determines from the text.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>True if text was added.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => false;
}
