using MLNet.DeepExt.Neural.Training;
using Spectre.Console;

namespace Progress;

/// <summary>A bar on the console while something is trained; where output goes to a file, a line now and then.</summary>
internal static class TrainingBar
{
    private const int EpochsBetweenLines = 10;

    /// <summary>Trains, and shows how it goes.</summary>
    /// <param name="train">The training, which reports to what it is given.</param>
    public static T Show<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return train(new Listener(WriteLine));

        return AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(display =>
        {
            ProgressTask bar = display.AddTask("Training", maxValue: 1);
            return train(new Listener(progress =>
            {
                bar.Value = progress.Fraction;
                bar.Description = Describe(progress);
            }));
        });
    }

    private static void WriteLine(TrainingProgress progress)
    {
        if (progress.Reason is not null || (progress.IsEpochEnd && progress.Epoch % EpochsBetweenLines == 0))
            Console.WriteLine($"{progress.Fraction,6:P0}  {Describe(progress)}");
    }

    private static string Describe(TrainingProgress progress)
    {
        string loss = progress.LatestEpoch is { } epoch ? $", validation loss {epoch.ValidationLoss:0.0000}" : "";
        string time = progress.Reason is { } reason ? $", ended: {reason}"
            : progress.RemainingAtMost is { } left ? $@", at most {left:m\:ss} left"
            : "";
        return $"epoch {progress.Epoch} of {progress.MaximumEpochs}{loss}{time}";
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it reports on the thread that trains, in order.</summary>
    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
