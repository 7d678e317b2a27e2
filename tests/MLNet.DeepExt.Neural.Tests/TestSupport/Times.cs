using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Moments of a training, for schedules.</summary>
internal static class Times
{
    /// <summary>The moment before a step, with what validation came to in the epochs before it.</summary>
    public static TrainingTime At(long step, int stepsPerEpoch, int epochs, double[]? validated = null)
    {
        int epoch = (int)((step - 1) / stepsPerEpoch) + 1;
        return new TrainingTime
        {
            Step = step,
            Epoch = epoch,
            StepsPerEpoch = stepsPerEpoch,
            MaximumEpochs = epochs,
            Validated = validated.AsMemory(0, validated is null ? 0 : Math.Min(epoch - 1, validated.Length)),
        };
    }

    /// <summary>The factor of each step.</summary>
    public static double[] Factors(Schedule schedule, int stepsPerEpoch, int epochs, double[]? validated = null) =>
        [.. Enumerable.Range(1, stepsPerEpoch * epochs).Select(step => schedule.Factor(At(step, stepsPerEpoch, epochs, validated)))];

    /// <summary>The factor of the first step of each epoch.</summary>
    public static double[] FactorsOfEpochs(Schedule schedule, int epochs, double[]? validated = null) =>
        Factors(schedule, 1, epochs, validated);
}
