namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// 1 for a first share of the training, then half a cosine from 1 to 0 over the rest: (1 + cos(π·(p - f)/(1 - f)))/2 from p = f on, where p is the
/// share of all steps that have been made.
/// </summary>
/// <param name="FlatShare">f, in [0, 1). Default 0.5. With 0 it is <see cref="Cosine"/>.</param>
/// <remarks>
/// Suits what regularizes, such as the rate of <c>Dropout</c> and weight decay, as well as the step size: strong for the first half, nothing
/// at the end. The flat_cos schedule of D. Holzmüller et al., "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
/// 2024.
/// </remarks>
public sealed record FlatCosine(double FlatShare = 0.5) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) =>
        time.Progress < FlatShare ? 1 : (1 + Math.Cos(Math.PI * (time.Progress - FlatShare) / (1 - FlatShare))) / 2;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(FlatShare >= 0 && FlatShare < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"FlatShare of FlatCosine must be in [0, 1) but is {FlatShare}; 0.5 is the usual value."), nameof(FlatShare));
        }
    }
}
