using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// The rate rises linearly with every step from almost 0, and then follows another schedule: in step t of a warm-up of n steps the factor is t/n
/// times the first factor of that schedule.
/// </summary>
/// <param name="Length">The length of the warm-up, at least 1.</param>
/// <param name="Unit">The unit of the length: epochs (default) or steps. The rate rises with every step in both cases.</param>
/// <remarks>
/// It keeps the first steps small, in which the optimizer does not know the scale of the gradients yet. P. Goyal et al., "Accurate, large
/// minibatch SGD: training ImageNet in 1 hour", 2017.
/// </remarks>
[method: JsonConstructor]
public sealed record WarmUp(int Length, TimeUnit Unit = TimeUnit.Epochs) : Schedule
{
    /// <summary>Creates a warm-up before another schedule.</summary>
    /// <param name="length">The length of the warm-up, at least 1.</param>
    /// <param name="then">The schedule after the warm-up.</param>
    /// <param name="unit">The unit of the length: epochs (default) or steps.</param>
    public WarmUp(int length, Schedule then, TimeUnit unit = TimeUnit.Epochs)
        : this(length, unit) => Then = then;

    /// <summary>
    /// The schedule after the warm-up, for which the rest of the training is the whole training. Default
    /// <see cref="Constant"/>.
    /// </summary>
    public Schedule Then { get; init; } = new Constant();

    /// <inheritdoc/>
    public override bool NeedsValidation => Then.NeedsValidation;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time)
    {
        long steps = Unit == TimeUnit.Steps ? Length : (long)Length * time.StepsPerEpoch;
        return time.Step > steps
            ? Then.Factor(time.After(steps))
            : Then.Factor((time with { Step = steps + 1 }).After(steps)) * time.Step / steps;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Then);
        if (Length < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Length of WarmUp must be at least 1 but is {Length}; remove the warm-up to start with the full rate."), nameof(Length));
        }

        if (EnumFault.Find($"{nameof(Unit)} of WarmUp", Unit) is { } undefined)
            throw new ArgumentException($"{undefined}; with Epochs the length does not depend on the batches.", nameof(Unit));
        Then.Validate();
    }
}
