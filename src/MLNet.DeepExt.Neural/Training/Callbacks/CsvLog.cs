using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Writes a training into a file of comma-separated values: a line for every epoch, as soon as it is over. Numbers are written with
/// a decimal point whatever the culture; where a figure is missing, nothing stands.
/// </summary>
/// <remarks>
/// The columns are epoch, train_loss, validation_loss, each metric by its name, learning_rate, penalty, sparsity and rows_per_second; where
/// several networks are trained (<see cref="TrainingOptions.Ensemble"/>), network stands before these, and their epochs one after the other.
/// A file that exists is replaced; where training goes on from a checkpoint, the epochs before it are written first, so that the file is
/// what it would have been without the interruption.
/// <para>
/// A file belongs to one training at a time. Trainings that run in parallel, such as the trials of a search with
/// <c>ParallelTrials</c> above 1, need a log and a file each, such as one named for the trial's number: a training that finds its file
/// changed since its last epoch writes no more to it.
/// </para>
/// <para>
/// If the file cannot be written when training begins, training ends with an <see cref="IOException"/> before any work; later on, it goes on
/// without the log, with one warning (<see cref="ITrainingCallback.OnWarning"/>, <see cref="History.Warnings"/>).
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var options = new TrainingOptions { Callbacks = [new CsvLog("training.csv")] };
/// </code>
/// </example>
public sealed class CsvLog : ITrainingCallback
{
    private readonly string _path;
    private readonly Lock _gate = new();
    private string[]? _metrics; // known with the first epoch
    private string[] _network = []; // the number of the network; none where there is one
    private int _thread; // that trains
    private int _lastEpoch;
    private byte[] _lastLines = [];
    private long _length;

    /// <summary>A log that is written when training begins.</summary>
    /// <param name="path">The file. Its folder must exist. A relative path is resolved here, once.</param>
    /// <exception cref="ArgumentException">The path is empty, or its folder does not exist.</exception>
    public CsvLog(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw new ArgumentException("The path of a CsvLog is empty; name the file to write.", nameof(path));
        _path = Path.GetFullPath(path);
        FolderCheck.Require(_path, "CsvLog", nameof(path));
    }

    /// <summary>True: training goes on without a log that cannot be written.</summary>
    public bool IsBestEffort => true;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void OnStarted(TrainingStarted started)
    {
        ArgumentNullException.ThrowIfNull(started);
        lock (_gate)
        {
            if (started.NetworkNumber == 1)
            {
                Begin();
                _metrics = null;
                _lastLines = [];
                _length = 0;
            }

            _thread = Environment.CurrentManagedThreadId;
            _lastEpoch = 0;
            _network = started.Networks == 1 ? [] : [started.NetworkNumber.ToString(CultureInfo.InvariantCulture)];
            foreach (EpochRecord epoch in started.EarlierEpochs)
                Append(epoch);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The file was changed since the last epoch, as by another training.</exception>
    public void OnEpochEnd(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        lock (_gate)
        {
            // Another training may share the file or this object.
            if (Environment.CurrentManagedThreadId != _thread || epoch.Epoch != _lastEpoch + 1 || !IsAsWritten())
            {
                throw new InvalidOperationException(
                    $"The file of the CsvLog '{_path}' was changed since the last epoch, as by another training that writes it at the same time; "
                    + "give each training a CsvLog and a file of its own, such as new CsvLog($\"trial {trial.Number}.csv\") in a search.");
            }

            Append(epoch);
        }
    }

    /// <summary>Makes the file, without a line. <see cref="OnStarted"/> does it, too.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Begin()
    {
        lock (_gate)
        {
            // A full disk takes an empty file.
            Write(() => File.WriteAllText(_path, "\n"));
            Write(() => File.WriteAllText(_path, ""));
        }
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The file of the CsvLog '{_path}' cannot be written: {exception.Message.TrimEnd('.')}. "
                + "Make room on the disk, allow writing to the folder, or name another file.",
                exception);
        }
    }

    // A file that was deleted is begun again.
    private bool IsAsWritten()
    {
        if (!File.Exists(_path))
        {
            _metrics = null;
            _length = 0;
            return true;
        }

        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length != _length)
            return false;
        var last = new byte[_lastLines.Length];
        stream.Seek(-last.Length, SeekOrigin.End);
        return stream.ReadAtLeast(last, last.Length, throwOnEndOfStream: false) == last.Length && last.AsSpan().SequenceEqual(_lastLines);
    }

    private void Append(EpochRecord epoch)
    {
        var lines = new StringBuilder();
        if (_metrics is null)
        {
            _metrics = [.. epoch.ValidationMetrics.Keys];
            string[] network = _network.Length == 0 ? [] : ["network"];
            AppendLine(
                lines, [.. network, "epoch", "train_loss", "validation_loss", .. _metrics, "learning_rate", "penalty", "sparsity", "rows_per_second"]);
        }

        IEnumerable<double?> metrics =
            _metrics.Select(name => epoch.ValidationMetrics.TryGetValue(name, out double value) ? value : (double?)null);
        double?[] figures =
        [
            epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, .. metrics, epoch.LearningRate, epoch.Penalty, epoch.Sparsity,
            epoch.RowsPerSecond,
        ];
        AppendLine(lines, [.. _network, .. figures.Select(figure => figure?.ToString(CultureInfo.InvariantCulture) ?? "")]);
        _lastLines = Encoding.UTF8.GetBytes(lines.ToString());
        Write(() => File.AppendAllBytes(_path, _lastLines));
        _lastEpoch = epoch.Epoch;
        _length += _lastLines.Length;
    }

    private static void AppendLine(StringBuilder lines, IEnumerable<string> fields) =>
        lines.AppendJoin(',', fields.Select(Quote)).Append('\n');

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
