using MLNet.DeepExt.Neural.Schedules;

namespace Extending;

/// <summary>A schedule that goes up and down between 0.1 and 1, in a number of steps.</summary>
public sealed record Triangle(int Period) : Schedule
{
    public override bool NeedsValidation => false;

    public override double Factor(in TrainingTime time) => 0.1 + 0.9 * Math.Abs(2.0 * (time.Step % Period) / Period - 1);

    public override void Validate()
    {
        if (Period < 2)
            throw new ArgumentException(FormattableString.Invariant($"Period must be at least 2 but is {Period}; 100 is usual."), nameof(Period));
    }
}
