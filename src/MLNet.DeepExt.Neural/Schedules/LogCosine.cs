namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// Cosine cycles, each twice as long as the one before: ½·(1 - cos(2π·log₂(1 + (2^c - 1)·p))) for c cycles, where p is the share of all steps
/// that have been made. It starts and ends each cycle at 0 and is 1 in its middle.
/// </summary>
/// <param name="Cycles">c, from 1 to 30. Default 4: the cycles take 1/15, 2/15, 4/15 and 8/15 of the training.</param>
/// <remarks>
/// At the end of each cycle the rate is near 0, so that there are several good networks to choose from by their validation, and the last cycle
/// is more than half of the training. The coslog₄ schedule of D. Holzmüller et al., "Better by default: strong pre-tuned MLPs and boosted trees
/// on tabular data", 2024.
/// </remarks>
public sealed record LogCosine(int Cycles = 4) : Schedule
{
    private const int MostCycles = 30;

    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) =>
        (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + (Math.Pow(2, Cycles) - 1) * time.Progress))) / 2;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Cycles is < 1 or > MostCycles)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Cycles of LogCosine must be from 1 to {MostCycles} but is {Cycles}; 4 is the usual value."), nameof(Cycles));
        }
    }
}
