using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a schedule: one of this library, or a custom one.</summary>
public static class ScheduleConformance
{
    private const int StepsPerEpoch = 4, Epochs = 6;

    /// <summary>Runs all checks, over a training of 6 epochs of 4 steps each.</summary>
    /// <param name="schedule">The schedule.</param>
    public static ConformanceReport Check(Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var run = new ConformanceRun(schedule);
        run.Holds("its values are valid", () =>
        {
            schedule.Validate();
            return null;
        });
        run.Holds("its factors are finite and at least 0", () =>
        {
            foreach (TrainingTime time in Moments(1))
            {
                double factor = schedule.Factor(time);
                if (!(factor >= 0 && double.IsFinite(factor)))
                    return FormattableString.Invariant($"that of step {time.Step} is {factor}");
            }

            return null;
        });
        run.Holds("it is a function of the time alone", () =>
        {
            double[] forward = [.. Moments(1).Select(time => schedule.Factor(time))];
            double[] backward = [.. Moments(1).Reverse().Select(time => schedule.Factor(time)).Reverse()];
            return forward.AsSpan().SequenceEqual(backward) ? null : "its factors depend on those that were asked for before";
        });
        if (!schedule.NeedsValidation)
        {
            run.Holds("it does not look at what it says it does not need", () =>
                Moments(1).Select(time => schedule.Factor(time)).SequenceEqual(Moments(100).Select(time => schedule.Factor(time)))
                    ? null
                    : "its factors depend on Validated, though NeedsValidation is false");
        }

        TrainingTime[] moments = [.. Moments(1)];
        double sum = 0;
        run.AllocatesNothing("a step", () =>
        {
            foreach (TrainingTime time in moments)
                sum += schedule.Factor(time);
        });
        run.IsSaved(schedule);
        return run.Report;
    }

    // Every step of the training; validation gets better, then worse.
    private static IEnumerable<TrainingTime> Moments(double scale)
    {
        double[] validated = [.. Enumerable.Range(0, Epochs).Select(epoch => scale * Math.Abs(epoch - 2))];
        for (int step = 1; step <= StepsPerEpoch * Epochs; step++)
        {
            int epoch = (step - 1) / StepsPerEpoch + 1;
            yield return new TrainingTime
            {
                Step = step,
                Epoch = epoch,
                StepsPerEpoch = StepsPerEpoch,
                MaximumEpochs = Epochs,
                Validated = validated.AsMemory(0, epoch - 1),
            };
        }
    }
}
