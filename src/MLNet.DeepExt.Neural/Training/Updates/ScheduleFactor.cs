using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Computes and validates the factor of a schedule, which may be a custom one.</summary>
internal static class ScheduleFactor
{
    /// <summary>Returns the factor for a step; 1 without a schedule, or outside a training.</summary>
    /// <exception cref="CallbackFailure">The schedule threw, or its factor is negative or not finite.</exception>
    public static double Of(Schedule? schedule, TrainingTime? time) => schedule is not null && time is { } now ? Of(schedule, now) : 1;

    /// <summary>Returns the factor for a step.</summary>
    /// <exception cref="CallbackFailure">The schedule threw, or its factor is negative or not finite.</exception>
    public static double Of(Schedule schedule, in TrainingTime time)
    {
        double factor;
        try
        {
            factor = schedule.Factor(time);
        }
        catch (Exception exception)
        {
            throw CallbackFailure.Of($"The schedule {schedule.GetType().Name}", exception);
        }

        if (factor >= 0 && double.IsFinite(factor))
            return factor;
        string fault = FormattableString.Invariant(
            $"The schedule {schedule} returned the factor {factor} for step {time.Step}; it must be at least 0 and finite");
        throw new CallbackFailure(fault, new InvalidOperationException($"{fault}."));
    }
}
