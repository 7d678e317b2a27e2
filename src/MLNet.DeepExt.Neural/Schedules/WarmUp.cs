using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// The rate rises step by step, linearly from next to nothing, and then follows another schedule: t/n times the first factor of that
/// schedule in step t of the n of the warm-up.
/// </summary>
/// <param name="Length">How long it rises, at least 1.</param>
/// <param name="Unit">Whether that is epochs (the default) or steps. Within epochs, too, the rate rises with every step.</param>
/// <remarks>
/// The first steps, of an optimizer that has yet to learn the scale of the gradients, stay small. P. Goyal et al., "Accurate, large
/// minibatch SGD: training ImageNet in 1 hour", 2017.
/// </remarks>
[method: JsonConstructor]
public sealed record WarmUp(int Length, TimeUnit Unit = TimeUnit.Epochs) : Schedule
{
    /// <summary>A warm-up before another schedule.</summary>
    /// <param name="length">How long the rate rises, at least 1.</param>
    /// <param name="then">What follows.</param>
    /// <param name="unit">Whether that is epochs (the default) or steps.</param>
    public WarmUp(int length, Schedule then, TimeUnit unit = TimeUnit.Epochs)
        : this(length, unit) => Then = then;

    /// <summary>
    /// What follows. It sees what remains of the training as the whole: its first step is the one after the warm-up. Default
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
                $"Length of WarmUp must be at least 1 but is {Length}; leave the warm-up out to begin at once."), nameof(Length));
        }

        if (EnumFault.Find($"{nameof(Unit)} of WarmUp", Unit) is { } undefined)
            throw new ArgumentException($"{undefined}; with Epochs the length does not depend on the batches.", nameof(Unit));
        Then.Validate();
    }
}
