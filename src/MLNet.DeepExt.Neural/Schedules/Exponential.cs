namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>base^epoch, with epochs counted from 1: every epoch has the same share of the rate of the one before.</summary>
/// <param name="Base">That share, in (0, 1]; 0.95 is usual, which is 0.6 after 10 epochs and 0.08 after 50.</param>
public sealed record Exponential(double Base) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => Math.Pow(Base, time.Epoch);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Base > 0 && Base <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Base of Exponential must be in (0, 1] but is {Base}; 0.95 is the usual value."), nameof(Base));
        }
    }
}
