using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Metrics at the edges of what they are defined for.</summary>
[Trait("Spec", "A11")]
public sealed class MetricTests
{
    private const float Missing = float.NaN;

    [Fact]
    public void The_area_under_the_curve_counts_pairs_in_order_and_ties_by_half()
    {
        // Of the pairs (1, 0) by output: .8 over .8 is a tie, over .1 in order; .4 below .8, over .1.
        Assert.Equal(2.5 / 4, OfClasses(new AreaUnderRocCurve(), [[0.8f], [0.4f], [0.8f], [0.1f]], [1, 1, 0, 0]));
        Assert.Equal(1, OfClasses(new AreaUnderRocCurve(), [[0.3f, 0.7f], [0.6f, 0.4f]], [1, 0]));
        Assert.Equal(0.5, OfClasses(new AreaUnderRocCurve(), [[1], [1], [1]], [1, 0, 0]));
        Assert.Equal(1, OfNumbers(new AreaUnderRocCurve(), [[0.3f], [0.1f], [0.9f]], [[1], [0], [Missing]]));
    }

    [Fact]
    public void The_area_under_the_curve_of_one_class_is_not_known()
    {
        Assert.Equal(double.NaN, OfClasses(new AreaUnderRocCurve(), [[0.3f], [0.7f]], [1, 1]));
        Assert.Equal(double.NaN, OfClasses(new AreaUnderRocCurve(), [[0.3f], [0.7f]], [0, 0]));
    }

    [Fact]
    public void F1_of_nothing_found_is_zero()
    {
        Assert.Equal(0, OfClasses(new F1 { Averaging = Averaging.Binary }, [[0.1f], [0.2f]], [0, 0]));
        Assert.Equal(1, OfClasses(new F1 { Averaging = Averaging.Macro }, [[0.1f], [0.2f]], [0, 0]));
        Assert.Equal(0, OfNumbers(new F1 { Averaging = Averaging.Micro }, [[0.1f, 0.1f]], [[0, 0]]));
        Assert.Equal(0.5, OfNumbers(new F1(), [[0.1f, 0.9f]], [[0, 1]]));
        Assert.Equal(2.0 / 3, OfNumbers(new F1 { Averaging = Averaging.Binary }, [[0.9f], [0.8f]], [[1], [0]]), 1e-15);
    }

    [Fact]
    public void A_label_that_no_row_has_is_left_out_of_the_macro_average_of_F1()
    {
        Assert.Equal(1, OfNumbers(new F1(), [[0.9f, 0.9f], [0.1f, 0.9f]], [[1, Missing], [0, Missing]]));
        Assert.Equal(0.5, OfNumbers(new F1(), [[0.9f, 0.9f], [0.1f, 0.9f]], [[1, Missing], [0, 0]]));
        Assert.Equal(double.NaN, OfNumbers(new F1(), [[0.9f, 0.9f]], [[Missing, Missing]]));
    }

    [Fact]
    public void Half_a_probability_is_a_no_and_of_equal_classes_the_first_is_said()
    {
        Assert.Equal(1, OfClasses(new Accuracy(), [[0.5f]], [0]));
        Assert.Equal(1, OfClasses(new Accuracy(), [[0.2f, 0.4f, 0.4f]], [1]));
        Assert.Equal(1, OfNumbers(new SubsetAccuracy(), [[0.5f, 0.6f]], [[0, 1]]));
    }

    [Fact]
    public void R_squared_of_numbers_that_do_not_vary_is_one_or_zero()
    {
        Assert.Equal(1, OfNumbers(new RSquared(), [[3], [3]], [[3], [3]]));
        Assert.Equal(0, OfNumbers(new RSquared(), [[3], [4]], [[3], [3]]));
        Assert.Equal(double.NaN, OfNumbers(new RSquared(), [[3]], [[3]]));
        Assert.Equal(double.NaN, OfNumbers(new RSquared(), [[3], [4]], [[3], [Missing]]));
        Assert.Equal(0, OfNumbers(new RSquared(), [[2], [2]], [[1], [3]]));
    }

    [Fact]
    public void R_squared_of_numbers_far_from_zero_keeps_its_digits()
    {
        // Sums of squares of these have 15 digits before what varies.
        float[][] outputs = [[8_388_600.5f], [8_388_602], [8_388_604.5f]], targets = [[8_388_600], [8_388_602], [8_388_604]];
        Assert.Equal(1 - 0.25 * 2 / 8.0, OfNumbers(new RSquared(), outputs, targets), 1e-9);
    }

    [Fact]
    public void A_target_that_no_row_has_is_left_out()
    {
        float[][] outputs = [[1, 7], [2, 7]], targets = [[2, Missing], [2, Missing]];
        Assert.Equal(Math.Sqrt(0.5), OfNumbers(new RootMeanSquaredError(), outputs, targets));
        Assert.Equal(0.5, OfNumbers(new MeanAbsoluteError(), outputs, targets));
        Assert.Equal(double.NaN, OfNumbers(new MeanAbsoluteError(), [[1]], [[Missing]]));
    }

    [Fact]
    public void A_row_without_labels_is_left_out()
    {
        float[][] outputs = [[0.9f, 0.1f], [0.3f, 0.9f]], targets = [[Missing, Missing], [1, 0]];
        Assert.Equal(0, OfNumbers(new SubsetAccuracy(), outputs, targets));
        Assert.Equal(1, OfNumbers(new HammingLoss(), outputs, targets));
        Assert.Equal(0.5, OfNumbers(new LabelRankingAveragePrecision(), outputs, targets));
    }

    [Fact]
    public void The_order_of_labels_is_right_where_there_is_none_to_get_wrong()
    {
        Assert.Equal(1, OfNumbers(new LabelRankingAveragePrecision(), [[0.9f, 0.1f]], [[0, 0]]));
        Assert.Equal(1, OfNumbers(new LabelRankingAveragePrecision(), [[0.9f, 0.1f]], [[1, 1]]));
        Assert.Equal(0.5, OfNumbers(new LabelRankingAveragePrecision(), [[0.4f, 0.4f]], [[1, 0]]));
    }

    [Fact]
    public void The_log_loss_of_a_probability_of_zero_is_finite() =>
        Assert.Equal(23 * Math.Log(2), OfClasses(new LogLoss(), [[1, 0], [0, 1]], [1, 0]), 1e-12);

    [Fact]
    public void The_pinball_loss_of_the_median_is_half_the_absolute_error()
    {
        float[][] outputs = [[1, 5], [2, 9]], targets = [[3, 4], [1, Missing]];
        double absoluteError = OfNumbers(new MeanAbsoluteError(), outputs, targets);
        Assert.Equal(absoluteError / 2, OfNumbers(new PinballLoss { Quantiles = [0.5] }, outputs, targets));
        Assert.NotEqual(new PinballLoss(), new PinballLoss { Quantiles = [0.5] });
        double[] given = [0.5];
        var loss = new PinballLoss { Quantiles = given };
        given[0] = 0.9;
        Assert.Equal(new PinballLoss { Quantiles = [0.5] }, loss);
    }

    private static double OfClasses(Metric metric, float[][] outputs, int[] classes)
    {
        var target = Target<float>.OfClasses(classes.Length);
        classes.CopyTo(target.Classes);
        return Measure(metric, outputs, target, 0);
    }

    private static double OfNumbers(Metric metric, float[][] outputs, float[][] targets)
    {
        var target = Target<float>.OfValues(targets.Length, targets[0].Length);
        for (int row = 0; row < targets.Length; row++)
            targets[row].CopyTo(target.Values!.Row(row));
        return Measure(metric, outputs, target, targets[0].Length);
    }

    private static double Measure(Metric metric, float[][] outputs, Target<float> target, int targetWidth)
    {
        Assert.Null(metric.FaultOf(outputs[0].Length, targetWidth));
        Measurement measurement = metric.Begin(outputs[0].Length, targetWidth);
        for (int row = 0; row < outputs.Length; row++)
            measurement.Add(outputs[row], target, row, 1);
        return measurement.Value;
    }
}
