namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// The base of limits on gradients, which keep a rare large gradient from changing the weights too much. Put it before the optimizer of a
/// <see cref="Chain"/>.
/// </summary>
/// <remarks>
/// It is applied to the gradient of the whole cost, including the smooth part of a regularizer. NaN stays NaN, and training ends with an error.
/// </remarks>
public abstract record GradientClipping : GradientTransform
{
    private protected GradientClipping()
    {
    }

    /// <summary>The limit, above 0.</summary>
    public abstract double Limit { get; init; }

    /// <inheritdoc/>
    public sealed override int StatesPerParameter => 0;

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        if (!(Limit > 0 && double.IsFinite(Limit)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Limit of {GetType().Name} must be above 0 but is {Limit}; remove the clipping for no limit."), nameof(Limit));
        }
    }
}
