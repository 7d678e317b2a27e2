namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// Half a cosine from 1 to a final share f, step by step over the whole training: f + (1 - f)·(1 + cos(π·p))/2, where p is the share of
/// all steps that have been made.
/// </summary>
/// <param name="FinalShare">f, in [0, 1]. Default 0.</param>
/// <remarks>
/// It stays high at first and ends gently, which suits trainings that run to their end: choose <c>MaximumEpochs</c> accordingly. PyTorch's
/// <c>CosineAnnealingLR</c> with all steps for T_max. I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm
/// restarts", 2017.
/// </remarks>
public sealed record Cosine(double FinalShare = 0) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => FinalShare + (1 - FinalShare) * (1 + Math.Cos(Math.PI * time.Progress)) / 2;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(FinalShare >= 0 && FinalShare <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"FinalShare of Cosine must be in [0, 1] but is {FinalShare}; 0 is the usual value."), nameof(FinalShare));
        }
    }
}
