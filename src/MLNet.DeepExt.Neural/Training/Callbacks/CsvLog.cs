using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Writes a training to a CSV file: one line for every epoch, as soon as it is finished. Numbers have
/// a decimal point in every culture; missing values are empty.
/// </summary>
/// <remarks>
/// The columns are epoch, train_loss, validation_loss, each metric by its name, learning_rate, penalty, sparsity and rows_per_second. If
/// several networks are trained (<see cref="TrainingOptions.Ensemble"/>), the column network comes first, and their epochs follow one another.
/// An existing file is replaced. If training resumes from a checkpoint, the epochs before it are written first, so that the file equals
/// that of an uninterrupted training.
/// <para>
/// A file belongs to one training at a time. Trainings that run in parallel, such as the trials of a search with
/// <c>ParallelTrials</c> above 1, each need a separate log and file, for example named by the number of the trial. A training that detects that its
/// file changed since its last epoch stops writing to it.
/// </para>
/// <para>
/// If the file cannot be written when training begins, training throws an <see cref="IOException"/> before any work. Later, training continues
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
    private string[]? _metrics; // known after the first epoch
    private string[] _network = []; // the number of the network; empty if there is one network
    private int _thread; // the training thread
    private int _lastEpoch;
    private byte[] _lastLines = [];
    private long _length;

    /// <summary>Creates a log. The file is created when training begins.</summary>
    /// <param name="path">The file. Its folder must exist. A relative path is resolved in the constructor.</param>
    /// <exception cref="ArgumentException">The path is empty, or its folder does not exist.</exception>
    public CsvLog(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw new ArgumentException("The path of a CsvLog is empty; name the file to write.", nameof(path));
        _path = Path.GetFullPath(path);
        FolderCheck.Require(_path, "CsvLog", nameof(path));
    }

    /// <summary>True: training continues without a log that cannot be written.</summary>
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
    /// <exception cref="InvalidOperationException">The file was changed since the last epoch, for example by another training.</exception>
    public void OnEpochEnd(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        lock (_gate)
        {
            // Another training may share the file or this object.
            if (Environment.CurrentManagedThreadId != _thread || epoch.Epoch != _lastEpoch + 1 || !IsAsWritten())
            {
                throw new InvalidOperationException(
                    $"The file of the CsvLog '{_path}' was changed since the last epoch, probably by another training that writes it at the same time; "
                    + "give each training a separate CsvLog and file, such as new CsvLog($\"trial {trial.Number}.csv\") in a search.");
            }

            Append(epoch);
        }
    }

    /// <summary>Creates the file without lines. <see cref="OnStarted"/> also calls it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Begin()
    {
        lock (_gate)
        {
            // Even a full disk accepts an empty file.
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

    // A deleted file is created again.
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
