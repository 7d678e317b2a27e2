namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>A constant schedule: the factor is always 1.</summary>
public sealed record Constant : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        // There are no options.
    }
}
