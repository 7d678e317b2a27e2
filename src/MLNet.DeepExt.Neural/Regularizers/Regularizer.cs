using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>
/// A penalty on weights that is added to the cost of a mini-batch: <see cref="L2"/> on their squares, <see cref="L1"/> on their absolute values.
/// Weights alone have it, not biases, nor the scales and shifts of normalization. An immutable value.
/// </summary>
/// <remarks>
/// <para>
/// The penalties of this library are λ/(2m) times a sum over the weights, where m is the number of rows of the step's mini-batch, over which the
/// cost is a mean: a batch with twice as many rows has half the
/// penalty for the same weights. Where the size of batches is changed, change λ with it to keep the strength. <c>alpha</c> of
/// scikit-learn's <c>MLPClassifier</c> and <c>MLPRegressor</c> enters by the same formula, alpha/(2n) for a batch of n rows: λ = alpha.
/// Where training rows leave zeros out, a step charges those of the first weights alone that its batch touches; see the remarks on
/// optimizers.
/// </para>
/// <para>
/// Custom penalties derive from this type and are sums over single weights: they see weights in parts of any length, which several threads work
/// on at once. A part may contain padding, which is 0: the penalty and its gradient at 0 must be 0. A smooth penalty overrides
/// <see cref="Penalty{T}"/> and <see cref="AddGradient{T}"/>; one with a kink at 0 overrides <see cref="IsProximal"/> and
/// <see cref="Shrink{T}"/> as well. A checkpoint compares custom penalties by their text (ToString), which must state every value.
/// <c>RegularizerConformance</c> checks one.
/// </para>
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ElasticNet), nameof(ElasticNet))]
[JsonDerivedType(typeof(L1), nameof(L1))]
[JsonDerivedType(typeof(L2), nameof(L2))]
public abstract record Regularizer
{
    /// <summary>Whether the penalty has a smooth part, whose gradient joins that of the loss. Default true.</summary>
    public virtual bool HasGradient => true;

    /// <summary>Whether the penalty has a part with a kink at 0, which a proximal step follows after the update. Default false.</summary>
    public virtual bool IsProximal => false;

    /// <summary>What a part of the weights adds to the cost.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="weights">(n), padding of 0 included.</param>
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
    /// The proximal step of the part with a kink: changes an update so that it leads to the weights that minimize that part, times the rate, plus
    /// half their squared distance from where the update led before. It is called only if <see cref="IsProximal"/>; by default it changes nothing.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="update">(n): what is to be subtracted from the weights. In training n is a multiple of 16.</param>
    /// <param name="weights">(n): before the update.</param>
    /// <param name="rate">α, the step size.</param>
    /// <param name="rows">m, the rows of the mini-batch.</param>
    public virtual void Shrink<T>(Span<T> update, ReadOnlySpan<T> weights, double rate, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A penalty without a kink has no such step.
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message states the value and the remedy.</exception>
    public abstract void Validate();

    /// <summary>Leaves the members that follow from the kind out of the text.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>Whether anything was added.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => false;
}
