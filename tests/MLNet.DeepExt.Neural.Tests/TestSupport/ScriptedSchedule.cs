using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A schedule that a test writes in place.</summary>
internal sealed record ScriptedSchedule(Func<TrainingTime, double> FactorAt) : Schedule
{
    public override bool NeedsValidation => false;

    public override double Factor(in TrainingTime time) => FactorAt(time);

    public override void Validate()
    {
        // Whatever it gives is what a test is about.
    }

    public override string ToString() => "Scripted";
}
