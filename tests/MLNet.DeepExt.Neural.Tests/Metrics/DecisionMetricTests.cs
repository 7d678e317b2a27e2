using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using Accuracy = MLNet.DeepExt.Neural.Metrics.Accuracy;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Metrics of what is said: the worked numbers, and the edges of what they are defined for.</summary>
[Trait("Spec", "C1")]
public sealed class DecisionMetricTests
{
    private const float Missing = float.NaN;

    [Theory]
    [InlineData(0.95, 0.90, 0.9243)]
    [InlineData(0.98, 0.85, 0.9104)]
    public void F1_is_the_harmonic_mean_of_precision_and_recall(double precision, double recall, double expected)
    {
        // Of rows with a yes, a share of recall is found; of those that are said to be yes, a share of precision is.
        double right = precision * recall, wrong = recall - right, missed = precision - right;
        Metric[] metrics = [new Precision(), new Recall(), new F1(), new FBeta { Beta = 1 }, new FBeta { Beta = 0.5 }, new FBeta()];
        double[] values = [.. metrics.Select(metric => Of((PerClassMetric)metric with { Averaging = Averaging.Binary }))];
        Assert.Equal([precision, recall], values.Take(2).Select(value => Math.Round(value, 12)));
        Assert.Equal(expected, Math.Round(values[2], 4));
        Assert.Equal(2 / (1 / precision + 1 / recall), values[2], 1e-12);
        Assert.Equal(values[2], values[3]);
        Assert.Equal(1.25 / (1 / precision + 0.25 / recall), values[4], 1e-12);
        Assert.Equal(5 / (1 / precision + 4 / recall), values[5], 1e-12);

        double Of(Metric metric)
        {
            MetricOfRows rows = MetricOfRows.OfClasses(metric, outputs: 1);
            rows.Add([0.9f], 1, right);
            rows.Add([0.9f], 0, wrong);
            rows.Add([0.1f], 1, missed);
            rows.Add([0.1f], 0, 5);
            return rows.Value;
        }
    }

    [Fact]
    [Trait("Spec", "C4")]
    public void The_weighted_error_counts_errors_by_their_weight()
    {
        // Of ten rows two are wrong; one of them is ten times as bad.
        Assert.Equal(0.2, Error(_ => 1), 1e-12);
        Assert.Equal(11 / 19.0, Error(row => row == 0 ? 10 : 1), 1e-12);
        Assert.Equal(2 / 19.0, Error(row => row == 9 ? 10 : 1), 1e-12);

        static double Error(Func<int, double> weightOf)
        {
            MetricOfRows error = MetricOfRows.OfClasses(new ErrorRate(), outputs: 1), accuracy = MetricOfRows.OfClasses(new Accuracy(), 1);
            for (int row = 0; row < 10; row++)
            {
                error.Add([0.9f], row < 2 ? 0 : 1, weightOf(row));
                accuracy.Add([0.9f], row < 2 ? 0 : 1, weightOf(row));
            }

            Assert.Equal(1 - accuracy.Value, error.Value, 1e-12);
            return error.Value;
        }
    }

    [Fact]
    [Trait("Spec", "C3")]
    public void False_positives_are_counted_in_24_hours()
    {
        // Rows of 10 seconds; 8,640 are a day.
        MetricOfRows rate = MetricOfRows.OfClasses(new FalsePositivesPer24Hours(TimeSpan.FromSeconds(10)), outputs: 1);
        rate.Add([0.9f], 0);
        Assert.Equal(8640, rate.Value, 1e-9);
        for (int row = 1; row < 8640; row++)
            rate.Add([row % 2], row % 2);
        Assert.Equal(1, rate.Value, 1e-12);
        for (int row = 0; row < 8640; row++)
            rate.Add([0.2f], row % 2);
        Assert.Equal(0.5, rate.Value, 1e-12);
        // A row that stands for two: twice the errors in twice the time.
        rate.Clear();
        rate.Add([0.9f], 0, weight: 2);
        rate.Add([0.1f], 0, weight: 6);
        Assert.Equal(8640 / 4.0, rate.Value, 1e-9);
    }

    [Fact]
    public void Nothing_said_and_nothing_to_say_is_zero()
    {
        Metric[] metrics = [new Precision(), new Recall(), new F1(), new FBeta()];
        foreach (PerClassMetric metric in metrics.Cast<PerClassMetric>())
        {
            Assert.Equal(0, OfClasses(metric with { Averaging = Averaging.Binary }, (0.1f, 0), (0.2f, 0)));
            Assert.Equal(0, OfClasses(metric with { Class = 1 }, (0.1f, 0), (0.2f, 0)));
            Assert.Equal(0, OfClasses(metric, (0.1f, 0), (0.2f, 0)));
            // The class that is nowhere is left out.
            Assert.Equal(1, OfClasses(metric with { Averaging = Averaging.Macro }, (0.1f, 0), (0.2f, 0)));
            Assert.Equal(1, OfClasses(metric with { Averaging = Averaging.Worst }, (0.1f, 0), (0.2f, 0)));
            Assert.Equal(0, OfLabels(metric with { Averaging = Averaging.Weighted }, [0.1f, 0.1f], [0, 0]));
            Assert.Equal(double.NaN, OfLabels(metric with { Averaging = Averaging.Worst }, [0.1f, 0.1f], [0, 0]));
            Assert.Equal(double.NaN, OfLabels(metric with { Averaging = Averaging.Weighted }, [0.1f, 0.1f], [Missing, Missing]));
        }
    }

    [Fact]
    public void A_label_that_nobody_knows_is_not_known()
    {
        Metric[] metrics =
            [new Precision(), new Recall(), new F1(), new FBeta(), new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve()];
        foreach (PerClassMetric metric in metrics.Cast<PerClassMetric>())
        {
            Assert.Equal(double.NaN, OfLabels(metric with { Class = 1 }, [0.9f, 0.9f], [1, Missing]));
            Assert.Equal(double.NaN, OfLabels(metric, [0.9f], [Missing]));
        }

        // One that is told to be a no is known, and nothing of it is right.
        Assert.Equal(0, OfLabels(new Recall { Class = 1 }, [0.9f, 0.9f], [1, 0]));
        Assert.Equal(1, OfLabels(new Recall { Class = 0 }, [0.9f, 0.9f], [1, Missing]));
    }

    [Theory]
    [InlineData(1e-200, 0.5)]
    [InlineData(1e155, 0.25)]
    [InlineData(1e300, 0.25)]
    public void A_huge_beta_is_recall_alone_and_a_tiny_one_precision(double beta, double expected)
    {
        // One right, one wrong, three missed.
        Assert.Equal(
            expected,
            OfClasses(new FBeta { Beta = beta }, (0.9f, 1), (0.9f, 0), (0.1f, 1), (0.1f, 1), (0.1f, 1)),
            1e-12);
    }

    [Fact]
    public void A_class_that_is_said_of_others_rows_alone_is_in_the_macro_average_and_not_the_worst()
    {
        // Class 1 is said once and no row is of it.
        (float, int)[] rows = [(0.1f, 0), (0.2f, 0), (0.3f, 0), (0.9f, 0)];
        Assert.Equal(0.75 / 2, OfClasses(new Recall { Averaging = Averaging.Macro }, rows));
        Assert.Equal(0, OfClasses(new Recall(), rows));
        Assert.Equal(0.75, OfClasses(new Recall { Averaging = Averaging.Worst }, rows));
        Assert.Equal(0.75, OfClasses(new BalancedAccuracy(), rows));
        Assert.Equal(0, OfClasses(new MatthewsCorrelation(), rows));
        Assert.Equal(0, OfClasses(new CohensKappa(), rows));
    }

    [Fact]
    public void Agreement_about_a_single_class_is_not_known() =>
        Assert.Equal(double.NaN, OfClasses(new CohensKappa(), (0.1f, 0), (0.2f, 0)));

    [Fact]
    public void The_correlation_is_exactly_zero_where_one_class_is_said_whatever_the_weights()
    {
        MetricOfRows correlation = MetricOfRows.OfClasses(new MatthewsCorrelation(), outputs: 3);
        for (int row = 0; row < 30; row++)
            correlation.Add([0, 1, 0], row % 3, 0.1 + row / 7.0);
        Assert.Equal(0, correlation.Value);
    }

    [Fact]
    public void They_are_called_by_what_they_are_of() => Culture.Run("de-DE", () => Assert.Equal(
        ["F1", "macro F1", "micro precision", "weighted recall", "worst recall", "F0.5", "precision of class 3", "recall of class 0"],
        new Metric[]
        {
            new F1(), new F1 { Averaging = Averaging.Macro }, new Precision { Averaging = Averaging.Micro },
            new Recall { Averaging = Averaging.Weighted },
            new Recall { Averaging = Averaging.Worst }, new FBeta { Beta = 0.5, Averaging = Averaging.Binary },
            new Precision { Class = 3, Averaging = Averaging.Worst }, new Recall { Class = 0 },
        }.Select(metric => metric.Name)));

    private static double OfClasses(Metric metric, params (float Output, int Label)[] rows)
    {
        MetricOfRows measured = MetricOfRows.OfClasses(metric, outputs: 1);
        foreach ((float output, int label) in rows)
            measured.Add([output], label);
        return measured.Value;
    }

    private static double OfLabels(Metric metric, float[] outputs, float[] targets)
    {
        var measured = new MetricOfRows(metric, outputs.Length);
        measured.Add(outputs, targets);
        return measured.Value;
    }
}
