using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Writes a training into a file of comma-separated values: a line for every epoch, as soon as it is over. Numbers are written with
/// a decimal point whatever the culture; where a figure is missing, nothing stands.
/// </summary>
/// <remarks>
/// The columns are epoch, train_loss, validation_loss, each metric by its name, learning_rate, penalty, sparsity and rows_per_second.
/// A file that exists is replaced; where training goes on from a checkpoint, the epochs before it are written first, so that the file is
/// what it would have been without the interruption.
/// </remarks>
/// <example>
/// <code>
/// var options = new TrainingOptions { Callbacks = [new CsvLog("training.csv")] };
/// </code>
/// </example>
public sealed class CsvLog : ITrainingCallback
{
    private readonly string _path;
    private string[]? _metrics; // known with the first epoch

    /// <summary>A log that is written when training begins.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <exception cref="ArgumentException">The path is empty, or its folder does not exist.</exception>
    public CsvLog(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw new ArgumentException("The path of a CsvLog is empty; name the file to write.");
        FolderCheck.Require(path, "CsvLog");
        _path = path;
    }

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started)
    {
        ArgumentNullException.ThrowIfNull(started);
        File.WriteAllText(_path, "");
        _metrics = null;
        foreach (EpochRecord epoch in started.EarlierEpochs)
            OnEpochEnd(epoch);
    }

    /// <inheritdoc/>
    public void OnEpochEnd(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        var lines = new StringBuilder();
        if (_metrics is null)
        {
            _metrics = [.. epoch.ValidationMetrics.Keys];
            AppendLine(
                lines, ["epoch", "train_loss", "validation_loss", .. _metrics, "learning_rate", "penalty", "sparsity", "rows_per_second"]);
        }

        IEnumerable<double?> metrics =
            _metrics.Select(name => epoch.ValidationMetrics.TryGetValue(name, out double value) ? value : (double?)null);
        double?[] figures =
        [
            epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, .. metrics, epoch.LearningRate, epoch.Penalty, epoch.Sparsity,
            epoch.RowsPerSecond,
        ];
        AppendLine(lines, figures.Select(figure => figure?.ToString(CultureInfo.InvariantCulture) ?? ""));
        File.AppendAllText(_path, lines.ToString());
    }

    private static void AppendLine(StringBuilder lines, IEnumerable<string> fields) =>
        lines.AppendJoin(',', fields.Select(Quote)).Append('\n');

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
