using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>When training stops by its validation rows, and which weights it then gives.</summary>
[Trait("Spec", "A11")]
public sealed class StoppingTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).BatchNorm().Relu().Dense(Clusters.Classes);

    [Fact]
    public void Patience_counts_epochs_without_an_improvement()
    {
        // The best is the third; two epochs that only equal it do not count.
        TrainingResult result = Stop(new() { Patience = 3 }, new ScriptedMetric(false, 5, 6, 3, 3, 4, 3, 1));
        Assert.Equal((6, 3, StopReason.EarlyStopping), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
    }

    [Fact]
    public void Of_a_metric_of_which_more_is_better_the_highest_value_is_best()
    {
        TrainingResult result = Stop(new() { Patience = 2 }, new ScriptedMetric(true, 0.3, 0.2, 0.4, 0.1, 0.1, 9));
        Assert.Equal((5, 3), (result.History.Epochs.Count, result.History.BestEpoch));
    }

    [Fact]
    public void Patience_begins_anew_only_by_the_minimum_improvement_while_the_best_weights_are_kept_however_little_better()
    {
        // It begins anew at 10 and, by more than 1 together, at 8.9; after that nothing is better by more than 1.
        var recorder = new Recorder();
        TrainingResult result = Stop(
            new() { Patience = 3, MinimumImprovement = 1, Callbacks = [recorder] },
            new ScriptedMetric(false, 10, 9.5, 9.25, 8.9, 8.8, 8.5, 8.4, 1));
        Assert.Equal((7, 7, StopReason.EarlyStopping), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
        Assert.Equal([10, 9.5, 9.25, 8.9, 8.8, 8.5, 8.4], recorder.Improvements.Select(improvement => improvement.Value));
    }

    [Fact]
    public void An_improvement_by_exactly_the_minimum_does_not_begin_patience_anew()
    {
        TrainingResult result = Stop(new() { Patience = 1, MinimumImprovement = 1 }, new ScriptedMetric(false, 10, 9, 1));
        Assert.Equal((2, 2), (result.History.Epochs.Count, result.History.BestEpoch));
    }

    [Fact]
    public void Without_a_patience_it_is_twenty_epochs()
    {
        Assert.Equal(20, TrainingOptions.DefaultPatience);
        TrainingResult result = Stop(new() { MaximumEpochs = 90 }, new ScriptedMetric(false, 5, 4, 6));
        Assert.Equal((22, 2, StopReason.EarlyStopping), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    public void The_best_weights_are_given_back_also_where_training_runs_to_its_end(double? averaging)
    {
        LabeledRows validation = Clusters.Rows(100, seed: 2, noise: 2);
        var metric = new ScriptedMetric(false, 5, 4, 1, 2, 3, 2);
        TrainingOptions options = Options with { Patience = 100, MaximumEpochs = 6, StoppingMetric = metric, WeightAveraging = averaging };
        TrainingResult result = Train(options, validation);
        Assert.Equal((6, 3, StopReason.MaximumEpochs), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
        // Three epochs of the same training end with these weights and running statistics.
        TrainingResult three = Train(options with { MaximumEpochs = 3 }, validation);
        Assert.Equal(StateOf(three.Network), StateOf(result.Network));
        Assert.Equal(result.History.Epochs[2].ValidationLoss!.Value, LossOf(result.Network, validation), 1e-12);
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("macro F1")]
    [InlineData("log loss")]
    [InlineData("worst recall")]
    [InlineData("Matthews correlation")]
    [InlineData("Brier score")]
    [InlineData("weighted area under ROC curve")]
    public void Any_metric_of_the_task_can_be_stopped_by(string name)
    {
        Metric metric = name switch
        {
            "accuracy" => new MLNet.DeepExt.Neural.Metrics.Accuracy(),
            "macro F1" => new F1 { Averaging = Averaging.Macro },
            "worst recall" => new Recall { Averaging = Averaging.Worst },
            "Matthews correlation" => new MatthewsCorrelation(),
            "Brier score" => new BrierScore(),
            "weighted area under ROC curve" => new AreaUnderRocCurve { Averaging = Averaging.Weighted },
            _ => new LogLoss(),
        };
        LabeledRows validation = Clusters.Rows(60, seed: 2, noise: 2);
        foreach (IReadOnlyList<Metric>? metrics in new IReadOnlyList<Metric>?[] { null, [metric], [] })
        {
            TrainingResult result = Train(
                Options with { StoppingMetric = metric, Metrics = metrics, MaximumEpochs = 40, Patience = 4 }, validation);
            double[] values = [.. result.History.Epochs.Select(epoch => epoch.ValidationMetrics[name])];
            double best = metric.HigherIsBetter ? values.Max() : values.Min();
            Assert.Equal(Array.IndexOf(values, best) + 1, result.History.BestEpoch);
            Assert.True(values.Length == 40 || values.Length == result.History.BestEpoch + 4);
        }
    }

    [Fact]
    public void Numbers_can_be_stopped_by_how_much_of_them_is_explained()
    {
        var random = new Random(1);
        float[] features = Numbers.Uniform<float>(random, 300);
        float[] targets = [.. Enumerable.Range(0, 100).Select(row => features[3 * row] - 2 * features[3 * row + 1])];
        var rows = new LabeledRows(new DenseRows(3, features), 1, targets);
        var options = new TrainingOptions
        {
            StoppingMetric = new RSquared(),
            MaximumEpochs = 80,
            Optimizer = new Adam(0.05),
            ValidationFraction = 0.25,
        };
        History history = new Trainer(NetworkSpec.Input(3).Dense(1), new SquaredError(), options).Train(rows).History;
        double[] values = [.. history.Epochs.Select(epoch => epoch.ValidationMetrics["R squared"])];
        Assert.Equal(values.Max(), values[history.BestEpoch - 1]);
        Assert.True(values.Max() > 0.95);
        Assert.Equal((75, 25), (history.TrainingRows, history.ValidationRows));
    }

    [Fact]
    public void Validation_rows_that_are_given_leave_all_others_to_learn_from()
    {
        TrainingOptions options = Options with { MaximumEpochs = 1, ValidationFraction = 0.25 };
        Assert.Equal((80, 40), RowsOf(Train(options, Clusters.Rows(40, seed: 3)).History));
        Assert.Equal((60, 20), RowsOf(Train(options).History));

        static (int, int) RowsOf(History history) => (history.TrainingRows, history.ValidationRows);
    }

    [Fact]
    public void What_needs_validation_rows_is_refused_where_there_are_none()
    {
        const string remedy = "but there are no validation rows; give some, or a ValidationFraction above 0.";
        var none = new TrainingOptions { ValidationFraction = 0 };
        var chain = new Phases(new Phase(new WarmUp(3), 1), new Phase(new ReduceOnPlateau()));
        foreach ((string wish, TrainingOptions options) in new[]
        {
            ("Patience is 5", none with { Patience = 5 }),
            ("StoppingMetric is F1", none with { StoppingMetric = new F1() }),
            ("Schedule is ReduceOnPlateau, which depends on the validation,", none with { Schedule = new ReduceOnPlateau() }),
            ("Schedule is Phases, which depends on the validation,", none with { Schedule = chain }),
        })
        {
            var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options with { MaximumEpochs = 1 });
            Assert.Equal($"{wish} {remedy}", Assert.Throws<ArgumentException>(() => trainer.Train(Clusters.Rows(40))).WithoutParameter());
            Assert.Equal(
                $"{wish} {remedy}", Assert.Throws<ArgumentException>(() => trainer.Train(new RowsStream(Clusters.Rows(40)))).WithoutParameter());
            Assert.Single(trainer.Train(Clusters.Rows(40), Clusters.Rows(9, seed: 2)).History.Epochs);
        }

        var every = new Trainer(Spec, new SoftmaxCrossEntropy(), none with { Patience = TrainingOptions.EveryEpoch, MaximumEpochs = 3 });
        Assert.Equal(3, every.Train(Clusters.Rows(40)).History.Epochs.Count);
    }

    [Fact]
    public void A_share_that_is_no_row_is_as_good_as_none()
    {
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { Patience = 5 });
        const string message =
            "Patience is 5 but ValidationFraction is 0.1, which of 4 rows is none; give validation rows, or a larger share.";
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => trainer.Train(Clusters.Rows(4))).WithoutParameter());
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => trainer.Train(new RowsStream(Clusters.Rows(4)))).WithoutParameter());
        // Where nobody asks for validation, few rows are trained on to the end.
        var unasked = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { MaximumEpochs = 2 });
        History history = unasked.Train(Clusters.Rows(4)).History;
        Assert.Equal((2, 0), (history.Epochs.Count, history.ValidationRows));
    }

    [Fact]
    public void A_metric_that_cannot_be_measured_is_refused_before_training()
    {
        Assert.Equal(
            "The metric area under ROC curve cannot be measured: it needs a single binary label but there are 3 outputs; "
            + "use Averaging.Macro or Averaging.Weighted.",
            MessageOf(new AreaUnderRocCurve { Averaging = Averaging.Binary }));
        Assert.Equal(
            "The metric R squared cannot be measured: the targets are classes; it needs numbers for each row.", MessageOf(new RSquared()));

        static string MessageOf(Metric metric) =>
            Assert.Throws<ArgumentException>(() => Train(Options with { StoppingMetric = metric })).WithoutParameter();
    }

    [Fact]
    public void A_metric_to_stop_by_is_not_mistaken_for_another_one_of_its_name()
    {
        var rows = new LabeledRows(new DenseRows(1, [1, 2, 3, 4]), 1, [1, 2, 3, 4]);
        var options = new TrainingOptions
        {
            Metrics = [new ScriptedMetric(false, 1)],
            StoppingMetric = new ScriptedMetric(false, 2),
            MaximumEpochs = 1,
        };
        Assert.Equal(
            "Metrics and StoppingMetric must have different names, or be equal, but two metrics have the name scripted; "
            + "remove one of them from Metrics.",
            Assert.Throws<ArgumentException>(() => new Trainer(NetworkSpec.Input(1).Dense(1), new SquaredError(), options)).WithoutParameter());
        var pinball = new PinballLoss { Quantiles = [0.1] };
        TrainingOptions same = options with { Metrics = [pinball], StoppingMetric = new PinballLoss { Quantiles = [0.1] } };
        EpochRecord epoch = new Trainer(NetworkSpec.Input(1).Dense(1), new SquaredError(), same).Train(rows, rows).History.Epochs[0];
        Assert.Equal(["pinball loss (0.1)"], epoch.ValidationMetrics.Keys);
    }

    [Fact]
    public void A_metric_that_the_validation_rows_do_not_tell_is_an_error()
    {
        // Of two classes, the validation rows have one alone.
        var rows = new LabeledRows(1, [1, 2, 3, 4], [0, 1, 0, 1]);
        var trainer = new Trainer(
            NetworkSpec.Input(1).Dense(2), new SoftmaxCrossEntropy(), new TrainingOptions { StoppingMetric = new AreaUnderRocCurve() });
        Assert.Equal(
            "StoppingMetric is area under ROC curve but the validation rows do not define it; "
            + "give more of them, of every class, or stop by another metric.",
            Assert.Throws<InvalidOperationException>(() => trainer.Train(rows, new LabeledRows(1, [1, 2], [1, 1]))).Message);
        // Beside it, it is just a figure that is missing.
        var reported = new Trainer(
            NetworkSpec.Input(1).Dense(2), new SoftmaxCrossEntropy(),
            new TrainingOptions { Metrics = [new AreaUnderRocCurve()], MaximumEpochs = 1 });
        EpochRecord epoch = reported.Train(rows, new LabeledRows(1, [1, 2], [1, 1])).History.Epochs[0];
        Assert.Equal(double.NaN, epoch.ValidationMetrics["area under ROC curve"]);
    }

    [Fact]
    public void A_minimum_improvement_below_nothing_is_refused() =>
        Assert.Equal(
            "MinimumImprovement must be at least 0 but is -1; 0 counts every improvement.",
            Assert.Throws<ArgumentException>(() => Train(new() { MinimumImprovement = -1 })).WithoutParameter());

    [Fact]
    public void There_may_be_as_many_epochs_as_a_number_can_say() =>
        Assert.Equal(3, Stop(new() { MaximumEpochs = int.MaxValue, Patience = 2 }, new ScriptedMetric(false, 1)).History.Epochs.Count);

    private static TrainingOptions Options => new() { Seed = 4, BatchSize = 20, Optimizer = new Adam(0.01), NumberOfThreads = 1 };

    private static TrainingResult Stop(TrainingOptions options, Metric metric) =>
        Train(options with { StoppingMetric = metric, BatchSize = 20, NumberOfThreads = 1 }, Clusters.Rows(20, seed: 2));

    private static TrainingResult Train(TrainingOptions options, LabeledRows? validation = null) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(80, noise: 2), validation);

    private static float[] StateOf(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];

    private static double LossOf(Network<float> network, LabeledRows rows)
    {
        using var team = new WorkerTeam(1);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, rows.Count)], rows.Count, shuffle: null);
        return new Evaluation(network, new SoftmaxCrossEntropy(), source, metrics: []).Run(team).Loss;
    }
}
