namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>1 / (1 + decay·epoch), with epochs counted from 1.</summary>
/// <param name="Decay">The decay, at least 0. With 1, a rate of 0.2 becomes 0.1, 0.0667, 0.05, 0.04.</param>
/// <remarks>The first epoch, too, has less than the optimizer's rate: with a decay of 1 half of it.</remarks>
public sealed record InverseTime(double Decay) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => 1 / (1 + Decay * time.Epoch);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Decay >= 0 && double.IsFinite(Decay)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Decay of InverseTime must be at least 0 but is {Decay}; with 1 the third epoch has a quarter of the rate."), nameof(Decay));
        }
    }
}
