using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using Accuracy = MLNet.DeepExt.Neural.Metrics.Accuracy;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>What is measured is what was asked for, and what cannot be measured is said before anything is read.</summary>
[Trait("Spec", "A11")]
public sealed class MetricChoiceTests
{
    private static readonly TrainingOptions Options = new() { MaximumEpochs = 2 };

    [Fact]
    public void Without_a_wish_the_targets_decide()
    {
        Assert.Equal([new Accuracy()], MetricChoice.For(null, outputs: 3, targetWidth: 0));
        Assert.Equal([new RootMeanSquaredError()], MetricChoice.For(null, outputs: 2, targetWidth: 2));
        Assert.Empty(MetricChoice.For(null, outputs: 6, targetWidth: 2));
        Assert.Empty(MetricChoice.For([], outputs: 3, targetWidth: 0));
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void What_cannot_be_measured_is_refused(string culture) => Culture.Run(culture, () =>
    {
        const string numbers = "the targets are numbers; it needs a class for each row";
        const string classes = "the targets are classes; it needs numbers for each row";
        Metric[] ofNumbers =
        [
            new RSquared(), new MeanAbsoluteError(), new SubsetAccuracy(), new HammingLoss(), new LabelRankingAveragePrecision(),
            new IntervalCoverage(), new IntervalWidth(),
        ];
        Metric[] ofClasses =
        [
            new Accuracy(), new ErrorRate(), new BalancedAccuracy(), new CohensKappa(), new MatthewsCorrelation(), new LogLoss(),
            new BrierScore(), new ExpectedCalibrationError(), new TopKAccuracy(),
        ];
        foreach (Metric metric in ofClasses)
            Refused(metric, 1, 1, $"The metric {metric.Name} cannot be measured: {numbers}.");
        foreach (Metric metric in ofNumbers)
            Refused(metric, 3, 0, $"The metric {metric.Name} cannot be measured: {classes}.");
        Refused(
            new RootMeanSquaredError(), 6, 2,
            "The metric root mean squared error cannot be measured: the number of outputs is 6 but that of target values 2; " +
            "it needs 1 for each.");
        Refused(
            new PinballLoss(), 4, 2,
            "The metric pinball loss cannot be measured: the number of outputs is 4 but that of target values 2; it needs 3 for each.");
        Refused(
            new PinballLoss { Quantiles = [0.5, 1.5] }, 4, 2,
            "The metric pinball loss (0.5, 1.5) cannot be measured: a quantile must be in (0, 1) but is 1.5; 0.5 is the median.");
        Refused(
            new PinballLoss { Quantiles = [] }, 4, 2,
            "The metric pinball loss () cannot be measured: it has no quantiles; give at least one.");
        Refused(
            new F1(), 2, 3,
            "The metric F1 cannot be measured: the number of outputs is 2 but that of target values 3; it needs 1 for each.");
        foreach (int targetWidth in new[] { 0, 3 })
        {
            foreach (Metric metric in new Metric[] { new F1(), new Precision(), new Recall(), new FBeta() })
            {
                var binary = (PerClassMetric)metric with { Averaging = Averaging.Binary };
                Refused(
                    binary, 3, targetWidth,
                    $"The metric {binary.Name} cannot be measured: it needs a single binary label but there are 3 outputs; " +
                    "use Averaging.Macro or Averaging.Micro.");
            }

            foreach (Metric metric in new Metric[] { new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve() })
            {
                Refused(
                    (PerClassMetric)metric with { Averaging = Averaging.Binary }, 3, targetWidth,
                    $"The metric {metric.Name} cannot be measured: it needs a single binary label but there are 3 outputs; " +
                    "use Averaging.Macro or Averaging.Weighted.");
                var micro = (PerClassMetric)metric with { Averaging = Averaging.Micro };
                Refused(
                    micro, 3, targetWidth,
                    $"The metric {micro.Name} cannot be measured: outputs of different classes have no common order; " +
                    "use Averaging.Macro or Averaging.Weighted.");
            }

            Refused(
                new Recall { Class = 3 }, 3, targetWidth,
                "The metric recall of class 3 cannot be measured: Class is 3 but there are 3 classes or labels; they are counted from 0.");
            Refused(
                new FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)), 3, targetWidth,
                "The metric false positives per 24 hours (rows of 00:00:01) cannot be measured: " +
                "it measures one class or label but there are 3 outputs; name it with OfClass or Class.");
            Refused(
                new FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)) { Class = 3 }, 3, targetWidth,
                "The metric false positives per 24 hours (rows of 00:00:01) of class 3 cannot be measured: " +
                "Class is 3 but there are 3 classes or labels; they are counted from 0.");
        }

        // Whether its second class or its first is the yes, two outputs do not say.
        Refused(
            new FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)), 2, 0,
            "The metric false positives per 24 hours (rows of 00:00:01) cannot be measured: " +
            "it measures one class or label but there are 2 outputs; name it with OfClass or Class.");

        Refused(
            new Recall { Class = -1 }, 1, 0,
            "The metric recall of class -1 cannot be measured: Class is -1 but there are 2 classes or labels; they are counted from 0.");
        foreach (double beta in new[] { 0, -1.5, double.NaN, double.PositiveInfinity })
        {
            Refused(new FBeta { Beta = beta }, 3, 0, FormattableString.Invariant(
                $"The metric F{beta} cannot be measured: Beta must be above 0 and finite but is {beta}; ")
                + "2 counts recall more, 0.5 precision.");
        }

        Refused(
            new ExpectedCalibrationError { Bins = 0 }, 3, 0,
            "The metric expected calibration error (0 bins) cannot be measured: Bins must be from 1 to 1000000 but is 0; 10 is usual.");
        Refused(
            new FalsePositivesPer24Hours(TimeSpan.Zero), 1, 0,
            "The metric false positives per 24 hours (rows of 00:00:00) cannot be measured: OfRow must be above 0 but is 00:00:00; " +
            "give the duration of a row.");
        Refused(
            new TopKAccuracy { K = 1 }, 1, 0,
            "The metric top-1 accuracy cannot be measured: it ranks the outputs of all classes but there is 1 output; " +
            "use Accuracy.");
        foreach (int k in new[] { 0, 3 })
        {
            Refused(
                new TopKAccuracy { K = k }, 3, 0,
                $"The metric top-{k} accuracy cannot be measured: K must be in [1, 2] but is {k}; " +
                "all 3 classes always include the true class.");
        }

        foreach ((int outputs, int targets) in new[] { (3, 2), (2, 2) })
        {
            Refused(
                new IntervalWidth(), outputs, targets,
                $"The metric interval width cannot be measured: the number of outputs is {outputs} but that of target values {targets}; " +
                "it needs 2 for each, its bounds, or more, of which the first and the last are its bounds.");
        }
    });

    [Fact]
    public void Metrics_that_cannot_be_told_apart_are_refused()
    {
        Assert.Equal(
            "Metrics must have different names but two have the name accuracy; give each once.",
            Assert.Throws<ArgumentException>(
                () => (Options with { Metrics = [new Accuracy(), new F1(), new Accuracy()] }).Validate()).WithoutParameter());
        Assert.Equal(
            "Metrics must not contain null; leave Metrics itself null for the default of the targets.",
            Assert.Throws<ArgumentException>(() => (Options with { Metrics = [null!] }).Validate()).WithoutParameter());
        (Options with { Metrics = [new F1(), new F1 { Averaging = Averaging.Micro }] }).Validate();
    }

    [Fact]
    public void An_epoch_records_the_metrics_in_the_order_asked_for()
    {
        TrainingResult result = Train(Options with { Metrics = [new LogLoss(), new F1(), new Accuracy()] });
        Assert.All(result.History.Epochs, epoch =>
        {
            Assert.Equal(["log loss", "F1", "accuracy"], epoch.ValidationMetrics.Keys);
            // Of a softmax the loss is the log loss; it is computed from logits.
            Assert.Equal(epoch.ValidationLoss!.Value, epoch.ValidationMetrics["log loss"], 1e-5);
        });
        Assert.All(Train(Options).History.Epochs, epoch => Assert.Equal(["accuracy"], epoch.ValidationMetrics.Keys));
        Assert.All(Train(Options with { ValidationFraction = 0 }).History.Epochs, epoch => Assert.Empty(epoch.ValidationMetrics));
    }

    [Fact]
    public void Records_of_the_same_values_are_equal_and_print_them() => Culture.Run("de-DE", () =>
    {
        MetricValues values = Values(("accuracy", 0.5), ("macro F1", double.NaN));
        Assert.Equal("accuracy 0.5, macro F1 NaN", $"{values}");
        Assert.Equal(["accuracy", "macro F1"], values.Keys);
        Assert.Equal([0.5, double.NaN], values.Values);
        Assert.Equal((2, 0.5), (values.Count, values["accuracy"]));
        Assert.True(values.ContainsKey("macro F1"));
        Assert.False(values.TryGetValue("F1", out _));
        Assert.True(values.Equals((object)Values(("accuracy", 0.5), ("macro F1", double.NaN))));
        Assert.Equal(values.GetHashCode(), Values(("accuracy", 0.5), ("macro F1", double.NaN)).GetHashCode());
        Assert.False(values.Equals(Values(("macro F1", double.NaN), ("accuracy", 0.5))));
        Assert.False(values.Equals(MetricValues.Empty) || values.Equals(null));

        static MetricValues Values(params (string Name, double Value)[] pairs) =>
            new(pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
    });

    [Fact]
    public void What_is_measured_changes_nothing_of_what_is_learned() => Assert.Equal(
        Train(Options).History.Epochs.Select(epoch => epoch.ValidationLoss),
        Train(Options with { Metrics = [new F1(), new LogLoss()] }).History.Epochs.Select(epoch => epoch.ValidationLoss));

    [Fact]
    public void A_training_that_cannot_be_measured_reads_nothing()
    {
        const string message = "The metric R squared cannot be measured: the targets are classes; it needs numbers for each row.";
        var trainer = new Trainer(Spec(Clusters.Classes), new SoftmaxCrossEntropy(), Options with { Metrics = [new RSquared()] });
        var stream = new RowsStream(Clusters.Rows(30));
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => trainer.Train(stream)).WithoutParameter());
        Assert.Equal(0, stream.Openings);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => trainer.Train(Clusters.Rows(30))).WithoutParameter());
    }

    [Fact]
    public void Rows_to_learn_from_may_have_soft_labels_where_those_to_validate_on_have_classes()
    {
        LabeledRows clusters = Clusters.Rows(100), validation = Clusters.Rows(30, seed: 2);
        float[] soft =
            [.. clusters.Classes.SelectMany(label => Enumerable.Range(0, Clusters.Classes).Select(j => j == label ? 0.9f : 0.05f))];
        var rows = new LabeledRows(clusters.Features, Clusters.Classes, soft);
        TrainingResult result = new Trainer(Spec(Clusters.Classes), new SoftmaxCrossEntropy(), Options).Train(rows, validation);
        Assert.Equal(["accuracy"], result.History.Epochs[^1].ValidationMetrics.Keys);
    }

    [Fact]
    public void Numbers_are_measured_by_their_root_mean_squared_error()
    {
        LabeledRows clusters = Clusters.Rows(100);
        var rows = new LabeledRows(clusters.Features, 1, [.. clusters.Classes.Select(label => label / 2f)]);
        EpochRecord epoch = new Trainer(Spec(1), new BinaryCrossEntropy(), Options).Train(rows).History.Epochs[^1];
        Assert.Equal(["root mean squared error"], epoch.ValidationMetrics.Keys);
        Assert.InRange(epoch.ValidationMetrics["root mean squared error"], 0.01, 1);
    }

    private static NetworkSpec Spec(int outputs) => NetworkSpec.Input(Clusters.Width).Dense(6).Relu().Dense(outputs);

    private static TrainingResult Train(TrainingOptions options) =>
        new Trainer(Spec(Clusters.Classes), new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100));

    private static void Refused(Metric metric, int outputs, int targetWidth, string message) => Assert.Equal(
        message, Assert.Throws<ArgumentException>(() => MetricChoice.For([new NeverAtFault(), metric], outputs, targetWidth)).WithoutParameter());

    private sealed record NeverAtFault : Metric
    {
        public override string Name => "nothing";

        public override bool HigherIsBetter => true;

        public override MetricInput Input => MetricInput.Decisions;

        public override (double Minimum, double Maximum) ValueRange => (0, 1);

        public override string? FaultOf(int outputs, int targetWidth) => null;

        public override Measurement Begin(int outputs, int targetWidth) => throw new NotSupportedException();
    }
}
