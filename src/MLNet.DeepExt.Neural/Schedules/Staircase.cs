namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>The rate is multiplied every few epochs: multiplier^⌊(epoch - 1) / epochs⌋.</summary>
/// <param name="Multiplier">The factor after each stair, in (0, 1]; 0.5 and 0.1 are usual.</param>
/// <param name="Epochs">The length of a stair in epochs, at least 1.</param>
/// <remarks>PyTorch's <c>StepLR(step_size=Epochs, gamma=Multiplier)</c>.</remarks>
public sealed record Staircase(double Multiplier, int Epochs) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => Math.Pow(Multiplier, (time.Epoch - 1) / Epochs);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Multiplier > 0 && Multiplier <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Multiplier of Staircase must be in (0, 1] but is {Multiplier}; 0.5 halves the rate at every stair."), nameof(Multiplier));
        }

        if (Epochs < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Epochs of Staircase must be at least 1 but is {Epochs}; 10 makes every stair ten epochs long."), nameof(Epochs));
        }
    }
}
