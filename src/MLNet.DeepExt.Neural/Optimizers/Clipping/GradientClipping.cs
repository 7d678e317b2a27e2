namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A limit on gradients, so that a rare steep place does not throw the weights far away. It stands before the optimizer of a
/// <see cref="Chain"/>.
/// </summary>
/// <remarks>
/// It is applied to the gradient of the whole cost, a regularizer's smooth part included. NaN stays NaN, and training ends with an error.
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
                $"Limit of {GetType().Name} must be above 0 but is {Limit}; leave clipping out to have none."), nameof(Limit));
        }
    }
}
