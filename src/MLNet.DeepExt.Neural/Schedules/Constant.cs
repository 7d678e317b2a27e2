namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>The same step size throughout: a factor of 1.</summary>
public sealed record Constant : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        // There is nothing to set.
    }
}
