namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// One rise and one fall over the whole training, each half a cosine: the rate starts at a fraction of its peak, rises to the peak, and falls to
/// almost 0.
/// </summary>
/// <remarks>
/// The optimizer's learning rate is the peak, which may be several times larger than a suitable constant rate. With the defaults it equals
/// PyTorch's <c>OneCycleLR</c> (with two phases, without its cycle of momentum). L. Smith, N. Topin, "Super-convergence: very fast
/// training of neural networks using large learning rates", 2018.
/// </remarks>
public sealed record OneCycle : Schedule
{
    /// <summary>The factor of the first step, in [0, 1]. Default 1/25.</summary>
    public double StartShare { get; init; } = 1.0 / 25;

    /// <summary>The fraction of all steps in which the rate rises, in (0, 1). Default 0.3.</summary>
    public double RisingShare { get; init; } = 0.3;

    /// <summary>The factor of the last step, in [0, 1]. Default 1/25 of 1e-4.</summary>
    public double EndShare { get; init; } = 1.0 / 25 / 1e4;

    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time)
    {
        double made = time.Step - 1;
        double peak = RisingShare * time.MaximumSteps - 1;
        double last = time.MaximumSteps - 1;
        return made < peak ? Between(StartShare, 1, made / peak) : Between(1, EndShare, (made - peak) / (last - peak));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireShare(StartShare, nameof(StartShare), "0.04");
        RequireShare(EndShare, nameof(EndShare), "4e-6");
        if (!(RisingShare > 0 && RisingShare < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"RisingShare of OneCycle must be in (0, 1) but is {RisingShare}; 0.3 is the usual value."), nameof(RisingShare));
        }
    }

    // Interpolates between two factors by half a cosine.
    private static double Between(double from, double to, double progress) => to + (from - to) * (1 + Math.Cos(Math.PI * progress)) / 2;

    private static void RequireShare(double value, string name, string usual)
    {
        if (!(value >= 0 && value <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name} of OneCycle must be in [0, 1] but is {value}; {usual} is the usual value."), name);
        }
    }
}
