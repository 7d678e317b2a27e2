using Microsoft.ML;
using MLNet.DeepExt.Neural.Training;
using Spectre.Console;

namespace Digits;

/// <summary>Shows a training epoch by epoch while it runs.</summary>
internal static class EpochTable
{
    private const int RowsShown = 10;

    /// <summary>Trains with a live table on the console; where output goes to a file, with a line now and then.</summary>
    public static ITransformer Show(Func<IProgress<TrainingProgress>, ITransformer> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return train(new Listener(WriteLine));

        Table table = new Table().Title("Training").AddColumns("epoch", "train loss", "validation loss", "validation accuracy", "rows/s");
        return AnsiConsole.Live(table).Start(display => train(new Listener(epoch =>
        {
            if (table.Rows.Count == RowsShown)
                table.Rows.RemoveAt(0);
            table.AddRow(
                $"{epoch.Epoch}", $"{epoch.TrainLoss:0.0000}", $"{epoch.ValidationLoss:0.0000}",
                $"{epoch.ValidationMetrics["accuracy"]:0.0000}", $"{epoch.RowsPerSecond:N0}");
            display.Refresh();
        })));
    }

    private static void WriteLine(EpochRecord epoch)
    {
        if (epoch.Epoch % 10 == 1)
        {
            Console.WriteLine(
                $"epoch {epoch.Epoch,3}  train loss {epoch.TrainLoss:0.0000}  validation loss {epoch.ValidationLoss:0.0000}  "
                + $"validation accuracy {epoch.ValidationMetrics["accuracy"]:0.0000}  {epoch.RowsPerSecond:N0} rows/s");
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it reports on the thread that trains, in order.</summary>
    private sealed class Listener(Action<EpochRecord> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is { IsEpochEnd: true, LatestEpoch: { } epoch })
                report(epoch);
        }
    }
}
