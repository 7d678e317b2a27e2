using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Data;

/// <summary>The weight of a class is a factor of the weights of its rows, in all that rows are weighed for.</summary>
[Trait("Spec", "A2")]
public sealed class ClassWeightsTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(12).BatchNorm().Relu().Dense(Clusters.Classes);

    private static readonly TrainingOptions Options =
        new() { Seed = 1, BatchSize = 24, MaximumEpochs = 4, Metrics = [new LogLoss(), new F1()] };

    // Powers of two multiply without rounding, in whatever order.
    private static readonly ClassWeights Given = ClassWeights.Table(new Dictionary<int, double> { [2] = 0.25, [0] = 4 });

    [Fact]
    public void Balanced_weights_are_those_of_scikit_learn()
    {
        ReferenceValues reference = ReferenceValues.Load("metrics");
        int[] classes = reference.Integers("balanced.classes");
        ClassFactors factors = ClassWeights.Balanced.For(StratifiedSplit.CountOf(classes));
        Assert.Equal(
            reference.Singles("balanced.weights"), classes.Distinct().Select(factors.Of), (a, b) => Math.Abs(a - b) <= 1e-7f * a);
        Assert.Equal((1, 1), (factors.Of(2), factors.Of(5))); // Nobody learns from these.
    }

    [Fact]
    public void A_class_that_is_not_in_the_table_weighs_one()
    {
        Assert.Equal([4f, 1f, 0.25f, 1f], Enumerable.Range(0, 4).Select(Given.For([1, 2, 3]).Of));
        Assert.Equal(1, ClassWeights.None.For([1, 2]).Of(1));
        Assert.Equal(1, ClassWeights.Table(new Dictionary<int, double>()).For([1, 2]).Of(0));
    }

    [Fact]
    public void Weights_are_equal_by_value()
    {
        Assert.Equal(Given, ClassWeights.Table(new Dictionary<int, double> { [0] = 4, [2] = 0.25 }));
        Assert.Equal(Given.GetHashCode(), ClassWeights.Table(new Dictionary<int, double> { [0] = 4, [2] = 0.25 }).GetHashCode());
        Assert.NotEqual(Given, ClassWeights.Table(new Dictionary<int, double> { [0] = 4 }));
        Assert.NotEqual(ClassWeights.None, ClassWeights.Balanced);
        Assert.Equal(Options, Options with { ClassWeights = ClassWeights.None });
    }

    [Fact]
    public void Weights_print_their_values() => Culture.Run("de-DE", () =>
    {
        Assert.Equal("ClassWeightTable { 0: 4, 2: 0.25 }", $"{Given}");
        Assert.NotEqual($"{ClassWeights.None}", $"{ClassWeights.Balanced}");
    });

    [Fact]
    public void A_table_weighs_rows_as_their_own_weights_do()
    {
        LabeledRows rows = Clusters.Rows(203, weighted: true), validation = Clusters.Rows(50, seed: 2, weighted: true);
        LabeledRows weighed = Weighed(rows, Given.Given), validationWeighed = Weighed(validation, Given.Given);
        TrainingOptions options = Options with { ClassWeights = Given };
        Assert.Equal(Learned(Train(Options, weighed)), Learned(Train(options, rows)));
        Assert.Equal(Learned(Train(Options, weighed, validationWeighed)), Learned(Train(options, rows, validation)));
        Assert.Equal(Learned(Train(options, rows)), Learned(Stream(options, rows)));
        Assert.Equal(Learned(Train(options, rows, validation)), Learned(Stream(options, rows, validation)));
        Assert.NotEqual(Learned(Train(Options, rows)), Learned(Train(options, rows)));
    }

    [Fact]
    public void Balanced_weights_are_counted_over_the_rows_that_are_learned_from()
    {
        // Of 40, 80 and 120 rows of the classes 0, 1 and 2 a fifth is set aside, and rows of weight 0 do not count.
        int[] classes = [.. Enumerable.Range(0, 240).Select(row => row % 6 == 0 ? 0 : row % 6 < 3 ? 1 : 2), .. new int[60]];
        float[] weights = [.. Enumerable.Repeat(0.5f, 240), .. new float[60]];
        LabeledRows clusters = Clusters.Rows(300);
        var rows = new LabeledRows(clusters.Features, classes, weights);
        LabeledRows validation = Clusters.Rows(50, seed: 2);
        TrainingOptions options = Options with { ValidationFraction = 0.2, ClassWeights = ClassWeights.Balanced };
        TrainingOptions table = options with
        {
            ClassWeights = ClassWeights.Table(
                new Dictionary<int, double> { [0] = 192 / (3.0 * 32), [1] = 192 / (3.0 * 64), [2] = 192 / (3.0 * 96) }),
        };
        Assert.Equal(Learned(Train(table, rows)), Learned(Train(options, rows)));
        Assert.Equal(Learned(Train(table, rows)), Learned(Stream(options, rows)));
        // By the training rows, not by those they are validated on.
        Assert.Equal(Learned(Train(table, rows, validation)), Learned(Train(options, rows, validation)));
        Assert.Equal(Learned(Train(table, rows, validation)), Learned(Stream(options, rows, validation)));
    }

    [Fact]
    public void A_class_of_weight_zero_is_left_out()
    {
        LabeledRows rows = Clusters.Rows(200), validation = Clusters.Rows(50, seed: 2);
        ClassWeights without = ClassWeights.Table(new Dictionary<int, double> { [1] = 0 });
        TrainingOptions options = Options with { ClassWeights = without };
        LabeledRows weighed = Weighed(rows, without.Given), validationWeighed = Weighed(validation, without.Given);
        TrainingResult result = Train(options, rows, validation);
        Assert.Equal(rows.Classes.Count(label => label != 1), result.History.TrainingRows);
        Assert.Equal(validation.Classes.Count(label => label != 1), result.History.ValidationRows);
        Assert.Equal(Learned(Train(Options, weighed, validationWeighed)), Learned(result));
        Assert.Equal(Learned(result), Learned(Stream(options, rows, validation)));
        Assert.Equal(Learned(Train(Options, weighed)), Learned(Stream(options, rows)));
    }

    [Fact]
    public void Rows_that_are_all_left_out_are_refused()
    {
        LabeledRows some = Clusters.Rows(50), all = Of(1);
        TrainingOptions options = Options with { ClassWeights = ClassWeights.Table(new Dictionary<int, double> { [1] = 0 }) };
        Assert.Equal(
            "All training rows have weight 0; give at least one of them, and its class, a weight above 0. (Parameter 'training')",
            Assert.Throws<ArgumentException>(() => Train(options, all)).Message);
        Assert.Equal(
            "All validation rows have weight 0; give at least one of them, and its class, a weight above 0. (Parameter 'validation')",
            Assert.Throws<ArgumentException>(() => Train(options, some, all)).Message);
        Assert.Equal(
            "All validation rows have weight 0; give at least one of them, and its class, a weight above 0. (Parameter 'validation')",
            Assert.Throws<ArgumentException>(() => Stream(options, some, all)).Message);

        static LabeledRows Of(int label) => new(Clusters.Rows(20).Features, [.. Enumerable.Repeat(label, 20)]);
    }

    [Fact]
    public void Balanced_weights_make_a_rare_class_be_found()
    {
        // The rare class lies among the others, so that without weights nobody is said to be of it.
        var random = new Random(1);
        int[] classes = [.. Enumerable.Range(0, 2000).Select(row => row % 20 == 0 ? 1 : 0)];
        float[] features = [.. classes.Select(label => (float)(label + 4 * random.NextDouble()))];
        var rows = new LabeledRows(1, features, classes);
        Metric f1 = new F1 { Averaging = Averaging.Binary };
        var options = new TrainingOptions { MaximumEpochs = 30, Optimizer = new Adam(0.05), Metrics = [f1] };
        Assert.Equal(0, F1With(options));
        Assert.True(F1With(options with { ClassWeights = ClassWeights.Balanced }) > 0.5);

        double F1With(TrainingOptions chosen) => new Trainer(NetworkSpec.Input(1).Dense(1), new BinaryCrossEntropy(), chosen)
            .Train(rows).History.Epochs[^1].ValidationMetrics["F1"];
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    public void Weights_that_are_of_no_use_are_refused(string culture) => Culture.Run(culture, () =>
    {
        Refused(-0.5, "Class 1 has weight -0.5; a weight must be at least 0 and finite. (Parameter 'weights')");
        Refused(double.NaN, "Class 1 has weight NaN; a weight must be at least 0 and finite. (Parameter 'weights')");
        Refused(1e300, "Class 1 has weight 1E+300; a weight must be at least 0 and finite. (Parameter 'weights')");
        Assert.Equal(
            "There is a weight for class -1; classes are counted from 0. (Parameter 'weights')",
            Assert.Throws<ArgumentException>(() => ClassWeights.Table(new Dictionary<int, double> { [-1] = 1 })).Message);

        static void Refused(double weight, string message) => Assert.Equal(
            message, Assert.Throws<ArgumentException>(() => ClassWeights.Table(new Dictionary<int, double> { [1] = weight })).Message);
    });

    [Fact]
    public void A_weight_for_a_class_that_the_network_does_not_have_is_refused_before_rows_are_seen()
    {
        TrainingOptions options = Options with { ClassWeights = ClassWeights.Table(new Dictionary<int, double> { [2] = 2, [3] = 1 }) };
        Assert.Equal(
            "ClassWeights has a weight for class 3 but the network has 3 outputs; it needs one for each class, counted from 0.",
            Assert.Throws<ArgumentException>(() => new Trainer(Spec, new SoftmaxCrossEntropy(), options)).WithoutParameter());
    }

    [Fact]
    public void Numbers_have_no_classes_to_weigh()
    {
        LabeledRows clusters = Clusters.Rows(30);
        var numbers = new LabeledRows(clusters.Features, Clusters.Classes, new float[30 * Clusters.Classes]);
        var stream = new RowsStream(numbers);
        foreach (ClassWeights weights in new[] { ClassWeights.Balanced, Given })
        {
            // Metrics of classes are asked for nowhere here.
            TrainingOptions options = Options with { ClassWeights = weights, Metrics = [] };
            var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options);
            const string training = "ClassWeights needs classes but the training rows have numbers as targets; " +
                "leave ClassWeights at None. (Parameter 'training')";
            Assert.Equal(training, Assert.Throws<ArgumentException>(() => trainer.Train(numbers)).Message);
            Assert.Equal(training, Assert.Throws<ArgumentException>(() => trainer.Train(stream)).Message);
            Assert.Equal(
                training.Replace("training", "validation", StringComparison.Ordinal),
                Assert.Throws<ArgumentException>(() => trainer.Train(clusters, numbers)).Message);
        }

        Assert.Equal(0, stream.Openings);
    }

    private static LabeledRows Weighed(LabeledRows rows, ClassFactors factors) => new(
        rows.Features, rows.Classes,
        [.. Enumerable.Range(0, rows.Count).Select(row => rows.WeightOf(row) * factors.Of(rows.Classes[row]))]);

    private static TrainingResult Train(TrainingOptions options, LabeledRows training, LabeledRows? validation = null) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(training, validation);

    private static TrainingResult Stream(TrainingOptions options, LabeledRows training, LabeledRows? validation = null) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(
            new RowsStream(training), validation is null ? null : new RowsStream(validation));

    private static double[] Learned(TrainingResult result) =>
    [
        .. result.Network.Parameters.Slots.SelectMany(result.Network.Parameters.Read).Select(value => (double)value),
        .. result.History.Epochs.SelectMany(
            epoch => epoch.ValidationMetrics.Values.Append(epoch.TrainLoss).Append(epoch.ValidationLoss ?? -1)),
    ];
}
