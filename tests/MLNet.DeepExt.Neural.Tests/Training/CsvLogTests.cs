using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using Accuracy = MLNet.DeepExt.Neural.Metrics.Accuracy;

namespace MLNet.DeepExt.Neural.Tests.Training;

public sealed class CsvLogTests : IDisposable
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(Clusters.Classes);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Path => System.IO.Path.Combine(_folder, "log.csv");

    private string Changed =>
        $"The file of the CsvLog '{Path}' was changed since the last epoch, probably by another training that writes it at the same time; "
        + "give each training a separate CsvLog and file, such as new CsvLog($\"trial {trial.Number}.csv\") in a search.";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("en-US")]
    public void Every_epoch_is_a_line_whatever_the_culture(string culture) => Culture.Run(culture, () =>
    {
        TrainingResult result = Train(new TrainingOptions
        {
            MaximumEpochs = 3,
            Metrics = [new Accuracy(), new LogLoss()],
            Regularizer = new L2(0.1),
            TimeProvider = new SecondsClock(),
        });
        IEnumerable<string> expected = result.History.Epochs.Select(epoch => FormattableString.Invariant(
            $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidationLoss},{epoch.ValidationMetrics["accuracy"]},") +
            FormattableString.Invariant($"{epoch.ValidationMetrics["log loss"]},0.001,{epoch.Penalty},0,81"));
        Assert.Equal(
            ["epoch,train_loss,validation_loss,accuracy,log loss,learning_rate,penalty,sparsity,rows_per_second", .. expected],
            File.ReadAllLines(Path));
    });

    [Fact]
    public void What_is_not_measured_stays_empty()
    {
        TrainingResult result = Train(new TrainingOptions { MaximumEpochs = 1, ValidationFraction = 0, TimeProvider = new SecondsClock() });
        Assert.Equal(
            ["epoch,train_loss,validation_loss,learning_rate,penalty,sparsity,rows_per_second",
                FormattableString.Invariant($"1,{result.History.Epochs[0].TrainLoss},,0.001,,,90")],
            File.ReadAllLines(Path));
    }

    [Fact]
    public void A_file_without_a_name_or_a_folder_is_refused_before_any_work()
    {
        Assert.Equal("The path of a CsvLog is empty; name the file to write.", MessageOf(""));
        Assert.Equal(
            $"The folder of the CsvLog '{System.IO.Path.GetFullPath("no/such/folder/x")}' does not exist; create it first.",
            MessageOf("no/such/folder/x"));
        Assert.Equal($"The CsvLog '{_folder}' is a folder; name a file in it.", MessageOf(_folder));

        static string MessageOf(string path) => Assert.Throws<ArgumentException>(() => new CsvLog(path)).WithoutParameter();
    }

    [Fact]
    public void A_file_of_a_training_before_is_replaced()
    {
        File.WriteAllText(Path, "something\nelse\n");
        Train(new TrainingOptions { MaximumEpochs = 1 });
        Assert.Equal(2, File.ReadAllLines(Path).Length);
        Train(new TrainingOptions { MaximumEpochs = 1 });
        Assert.Equal(2, File.ReadAllLines(Path).Length);
    }

    [Fact]
    public void A_training_that_goes_on_from_a_checkpoint_writes_the_file_as_if_it_had_not_been_interrupted()
    {
        var options = new TrainingOptions { MaximumEpochs = 5, TimeProvider = new SecondsClock() };
        Train(options);
        string expected = File.ReadAllText(Path);

        options = options with { Checkpoint = new Checkpoint(System.IO.Path.Combine(_folder, "checkpoint")) };
        var power = new Listener { Epoch = epoch => Assert.True(epoch.Epoch < 3) };
        Assert.ThrowsAny<Exception>(() => Train(options with { Callbacks = [power] }));
        File.Delete(Path);
        Train(options);
        Assert.Equal(expected, File.ReadAllText(Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_training_that_finds_another_one_in_its_file_goes_on_without_and_no_lines_are_mixed(bool sharesLog)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var log = new CsvLog(Path);
        // Within the second epoch of the first training another one begins, and ends its first epoch.
        using var isWritten = new ManualResetEventSlim();
        using var isRefused = new ManualResetEventSlim();
        Task<TrainingResult>? other = null;
        var pausing = new Listener
        {
            Epoch = _ =>
            {
                isWritten.Set();
                isRefused.Wait(token);
            },
        };
        var starter = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch != 2)
                    return;
                other = Task.Run(() => Train(3, sharesLog ? log : new CsvLog(Path), pausing), token);
                Assert.True(isWritten.Wait(TimeSpan.FromMinutes(1), token));
            },
        };
        Assert.Equal([Dropped(Changed)], Train(3, starter, log).History.Warnings);
        isRefused.Set();
        TrainingResult result = await other!;
        string[][] lines = [.. File.ReadAllLines(Path).Select(line => line.Split(','))];
        Assert.Equal(["epoch", "1", "2", "3"], lines.Select(line => line[0]));
        Assert.Equal(
            result.History.Epochs.Select(epoch => epoch.RowsPerSecond.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            lines.Skip(1).Select(line => line[^1]));
    }

    [Fact]
    public void Another_training_is_noticed_though_its_lines_are_as_long()
    {
        var other = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch == 2)
                    File.WriteAllText(Path, File.ReadAllText(Path).Replace('1', '2'));
            },
        };
        Assert.Equal([Dropped(Changed)], Train(4, new CsvLog(Path), other).History.Warnings);
    }

    [Fact]
    public void A_log_that_can_no_longer_be_written_is_dropped_with_one_warning_and_the_network_is_the_same()
    {
        TrainingResult expected = Train(5);
        string folder = System.IO.Path.Combine(_folder, "logs"), path = System.IO.Path.Combine(folder, "log.csv");
        Directory.CreateDirectory(folder);
        var log = new CsvLog(path);
        var mover = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch == 2)
                    Directory.Delete(folder, recursive: true);
            },
        };
        TrainingResult actual = Train(5, log, mover);
        Assert.Equal(
            [
                Dropped($"The file of the CsvLog '{path}' cannot be written: Could not find a part of the path '{path}'. "
                    + "Make room on the disk, allow writing to the folder, or name another file."),
            ],
            actual.History.Warnings);
        Assert.Equal(5, actual.History.Epochs.Count);
        Assert.Equal(
            expected.Network.Parameters.Slots.SelectMany(expected.Network.Parameters.Read),
            actual.Network.Parameters.Slots.SelectMany(actual.Network.Parameters.Read));

        // The next training of the same log writes it again.
        Directory.CreateDirectory(folder);
        Assert.Empty(Train(2, log).History.Warnings);
        Assert.Equal(3, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void A_log_that_cannot_be_written_from_the_beginning_is_an_error_before_any_work()
    {
        var log = new CsvLog(Path);
        Directory.CreateDirectory(Path);
        int epochs = 0;
        IOException error = Assert.Throws<IOException>(() => Train(2, log, new Listener { Epoch = _ => epochs++ }));
        Assert.Equal(
            $"The file of the CsvLog '{Path}' cannot be written: Access to the path '{Path}' is denied. "
                + "Make room on the disk, allow writing to the folder, or name another file.",
            error.Message);
        Assert.Equal(0, epochs);
    }

    [Fact]
    public void A_log_that_fails_as_it_writes_earlier_epochs_does_not_end_the_training_that_goes_on()
    {
        var options = new TrainingOptions { MaximumEpochs = 4, Checkpoint = new Checkpoint(System.IO.Path.Combine(_folder, "checkpoint")) };
        Train(options with { MaximumEpochs = 4 });
        File.Delete(Path);
        // After the check of the file, and before its first line.
        var disk = new Starting(() =>
        {
            File.Delete(Path);
            Directory.CreateDirectory(Path);
        });
        Assert.Equal(
            [
                Dropped($"The file of the CsvLog '{Path}' cannot be written: Access to the path '{Path}' is denied. "
                    + "Make room on the disk, allow writing to the folder, or name another file."),
            ],
            Train(options with { Callbacks = [disk] }).History.Warnings);
    }

    [Fact]
    public void A_full_disk_is_noticed_before_any_work()
    {
        if (!OperatingSystem.IsLinux())
            return;
        IOException error = Assert.Throws<IOException>(() => Train(2, new CsvLog("/dev/full")));
        Assert.Equal(
            "The file of the CsvLog '/dev/full' cannot be written: No space left on device : '/dev/full'. "
                + "Make room on the disk, allow writing to the folder, or name another file.",
            error.Message);
    }

    [Fact]
    public void A_relative_path_is_resolved_once()
    {
        string before = Environment.CurrentDirectory, name = Guid.NewGuid().ToString("N");
        var log = new CsvLog(name);
        var checkpoint = new Checkpoint(name + ".checkpoint");
        try
        {
            Environment.CurrentDirectory = _folder;
            Assert.Equal(System.IO.Path.Combine(before, name + ".checkpoint"), checkpoint.Path);
            Assert.Equal(checkpoint, new Checkpoint(checkpoint.Path));
            Train(1, log);
            Assert.True(File.Exists(System.IO.Path.Combine(before, name)));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            File.Delete(System.IO.Path.Combine(before, name));
        }
    }

    [Fact]
    public void A_file_that_is_deleted_is_begun_again()
    {
        var other = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch == 2)
                    File.Delete(Path);
            },
        };
        Train(4, new CsvLog(Path), other);
        Assert.Equal(["epoch", "3", "4"], File.ReadAllLines(Path).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_log_whose_training_failed_writes_the_next_one()
    {
        var log = new CsvLog(Path);
        var power = new Listener { Epoch = epoch => Assert.True(epoch.Epoch < 3) };
        Assert.ThrowsAny<Exception>(() => Train(4, log, power));
        Train(4, log);
        Assert.Equal(["epoch", "1", "2", "3", "4"], File.ReadAllLines(Path).Select(line => line.Split(',')[0]));
    }

    private static string Dropped(string message) =>
        $"The callback CsvLog failed and gets no more calls; training continues without it: {message}";

    private static TrainingResult Train(int epochs, params ITrainingCallback[] callbacks) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { MaximumEpochs = epochs, Callbacks = callbacks }).Train(Clusters.Rows(90));

    private TrainingResult Train(TrainingOptions options) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options with { Callbacks = [.. options.Callbacks, new CsvLog(Path)] })
            .Train(Clusters.Rows(90));

    private sealed class Starting(Action act) : ITrainingCallback
    {
        public void OnStarted(TrainingStarted started) => act();
    }

    private sealed class SecondsClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
