using System.Globalization;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>
/// Every metric on every form of target that it measures, by the name of its case in the reference values. A new one is one more row.
/// </summary>
internal static class MetricTable
{
    private static readonly ReferenceValues Values = ReferenceValues.Load("metrics");

    /// <summary>All figures that scikit-learn has.</summary>
    public static IEnumerable<string> Figures => Values.Names.Where(name => Values.Shape(name) is []);

    /// <summary>All cases.</summary>
    public static IEnumerable<string> Names =>
    [
        "classes.accuracy", "classes.error rate", "classes.balanced accuracy", "classes.top-1 accuracy", "classes.top-2 accuracy",
        "classes.macro precision", "classes.micro precision", "classes.weighted precision", "classes.worst precision",
        "classes.macro recall", "classes.micro recall", "classes.weighted recall", "classes.worst recall",
        "classes.macro F1", "classes.micro F1", "classes.weighted F1", "classes.worst F1",
        "classes.macro F2", "classes.micro F2", "classes.weighted F2", "classes.worst F2",
        "classes.recall of class 1", "classes.recall of class 4",
        "classes.Cohen's kappa", "classes.linear Cohen's kappa", "classes.quadratic Cohen's kappa", "classes.Matthews correlation",
        "classes.macro area under ROC curve", "classes.weighted area under ROC curve", "classes.worst area under ROC curve",
        "classes.macro area under precision-recall curve", "classes.weighted area under precision-recall curve",
        "classes.worst area under precision-recall curve", "classes.area under precision-recall curve of class 2",
        "classes.log loss", "classes.Brier score", "classes.expected calibration error",
        "classes.false positives per 24 hours (rows of 00:01:00) of class 1",

        "binary.accuracy", "binary.error rate", "binary.balanced accuracy",
        "binary.precision", "binary.recall", "binary.F1", "binary.F2", "binary.recall of class 0",
        "binary.macro precision", "binary.micro precision", "binary.weighted precision", "binary.worst precision",
        "binary.macro recall", "binary.micro recall", "binary.weighted recall", "binary.worst recall",
        "binary.macro F1", "binary.micro F1", "binary.weighted F1", "binary.worst F1",
        "binary.macro F2", "binary.micro F2", "binary.weighted F2", "binary.worst F2",
        "binary.Cohen's kappa", "binary.linear Cohen's kappa", "binary.quadratic Cohen's kappa", "binary.Matthews correlation",
        "binary.area under ROC curve", "binary.macro area under ROC curve", "binary.area under precision-recall curve",
        "binary.macro area under precision-recall curve", "binary.area under precision-recall curve of class 0",
        "binary.log loss", "binary.Brier score", "binary.expected calibration error",
        "binary.false positives per 24 hours (rows of 00:01:00)", "binary.false positives per 24 hours (rows of 00:01:00) of class 0",

        "label.F1", "label.missing.recall", "label.missing.area under ROC curve", "label.missing.area under precision-recall curve",
        "label.missing.false positives per 24 hours (rows of 00:01:00)",

        "labels.subset accuracy", "labels.Hamming loss", "labels.label ranking average precision",
        "labels.macro precision", "labels.micro precision", "labels.weighted precision", "labels.worst precision",
        "labels.macro recall", "labels.micro recall", "labels.weighted recall", "labels.worst recall", "labels.recall of class 2",
        "labels.macro F1", "labels.micro F1", "labels.weighted F1", "labels.worst F1",
        "labels.macro F2", "labels.micro F2", "labels.weighted F2", "labels.worst F2",
        "labels.macro area under ROC curve", "labels.weighted area under ROC curve", "labels.worst area under ROC curve",
        "labels.macro area under precision-recall curve", "labels.weighted area under precision-recall curve",
        "labels.worst area under precision-recall curve",
        "labels.missing.subset accuracy", "labels.missing.Hamming loss", "labels.missing.label ranking average precision",
        "labels.missing.macro precision", "labels.missing.micro precision", "labels.missing.weighted precision",
        "labels.missing.worst precision", "labels.missing.macro recall", "labels.missing.micro recall", "labels.missing.weighted recall",
        "labels.missing.worst recall", "labels.missing.macro F1", "labels.missing.micro F1",
        "labels.missing.macro area under ROC curve", "labels.missing.weighted area under ROC curve",
        "labels.missing.worst area under ROC curve", "labels.missing.macro area under precision-recall curve",
        "labels.missing.weighted area under precision-recall curve", "labels.missing.worst area under precision-recall curve",
        "labels.false positives per 24 hours (rows of 00:01:00) of class 2",
        "labels.missing.false positives per 24 hours (rows of 00:01:00) of class 2",

        "numbers.root mean squared error", "numbers.mean absolute error", "numbers.R squared",
        "numbers.missing.root mean squared error", "numbers.missing.mean absolute error", "numbers.missing.R squared",
        "quantiles.pinball loss", "quantiles.interval coverage", "quantiles.interval width",
        "quantiles.missing.interval coverage", "quantiles.missing.interval width",
    ];

    /// <summary>The metric of a case, by what stands before its figure, such as macro, and behind it, such as of class 1.</summary>
    public static Metric Metric(string name)
    {
        string text = name[(name.LastIndexOf('.') + 1)..];
        if (text.Split(" of class ") is [var figure, var index])
            return OfClass(Kind(figure), int.Parse(index, CultureInfo.InvariantCulture));
        if (text.Split(' ', 2) is [var first, var rest] && Enum.TryParse(first, ignoreCase: true, out Averaging averaging))
            return (PerClassMetric)Kind(rest) with { Averaging = averaging };
        return Kind(text);
    }

    private static Metric OfClass(Metric metric, int index) => metric is FalsePositivesPer24Hours alarms
        ? alarms with { Class = index }
        : (PerClassMetric)metric with { Class = index };

    private static Metric Kind(string name) => name switch
    {
        "accuracy" => new Accuracy(),
        "error rate" => new ErrorRate(),
        "balanced accuracy" => new BalancedAccuracy(),
        "top-1 accuracy" => new TopKAccuracy { K = 1 },
        "top-2 accuracy" => new TopKAccuracy { K = 2 },
        "precision" => new Precision(),
        "recall" => new Recall(),
        "F1" => new F1(),
        "F2" => new FBeta(),
        "Cohen's kappa" => new CohensKappa(),
        "linear Cohen's kappa" => new CohensKappa { Weighting = KappaWeighting.Linear },
        "quadratic Cohen's kappa" => new CohensKappa { Weighting = KappaWeighting.Quadratic },
        "Matthews correlation" => new MatthewsCorrelation(),
        "area under ROC curve" => new AreaUnderRocCurve(),
        "area under precision-recall curve" => new AreaUnderPrecisionRecallCurve(),
        "log loss" => new LogLoss(),
        "Brier score" => new BrierScore(),
        "expected calibration error" => new ExpectedCalibrationError(),
        "false positives per 24 hours (rows of 00:01:00)" => new FalsePositivesPer24Hours(TimeSpan.FromMinutes(1)),
        "root mean squared error" => new RootMeanSquaredError(),
        "mean absolute error" => new MeanAbsoluteError(),
        "R squared" => new RSquared(),
        "pinball loss" => new PinballLoss { Quantiles = Values.Doubles("quantiles.quantiles") },
        "interval coverage" => new IntervalCoverage(),
        "interval width" => new IntervalWidth(),
        "subset accuracy" => new SubsetAccuracy(),
        "Hamming loss" => new HammingLoss(),
        "label ranking average precision" => new LabelRankingAveragePrecision(),
        _ => throw new ArgumentException(name),
    };

    /// <summary>The least and the most that it can be, of any outputs.</summary>
    public static (double Least, double Most) Range(string name) => Metric(name) switch
    {
        CohensKappa or MatthewsCorrelation => (-1, 1),
        RSquared => (double.NegativeInfinity, 1),
        BrierScore => (0, 2),
        FalsePositivesPer24Hours { OfRow: var ofRow } => (0, TimeSpan.FromDays(1) / ofRow),
        LogLoss or RootMeanSquaredError or MeanAbsoluteError or PinballLoss or IntervalWidth => (0, double.PositiveInfinity),
        _ => (0, 1),
    };

    /// <summary>What scikit-learn says.</summary>
    public static double Expected(string name, bool weighted) => Values.Double(weighted ? $"{name}.weighted" : name);

    /// <summary>(rows, outputs).</summary>
    public static float[][] Outputs(string name) => Rows($"{Set(name)}.outputs");

    /// <summary>(rows).</summary>
    public static double[] Weights => Values.Doubles("weights");

    /// <summary>What the outputs should be; missing ones NaN.</summary>
    public static Target<float> Target(string name)
    {
        float[][] labels = Rows($"{Set(name)}.labels");
        if (AreClasses(name))
        {
            var classes = Target<float>.OfClasses(labels.Length);
            for (int row = 0; row < labels.Length; row++)
                classes.Classes[row] = (int)labels[row][0];
            return classes;
        }

        float[][]? known = name.Contains(".missing.", StringComparison.Ordinal) ? Rows($"{Set(name)}.known") : null;
        var target = Target<float>.OfValues(labels.Length, labels[0].Length);
        for (int row = 0; row < labels.Length; row++)
        {
            for (int j = 0; j < labels[row].Length; j++)
                target.Values!.Row(row)[j] = known is null || known[row][j] == 1 ? labels[row][j] : float.NaN;
        }

        return target;
    }

    /// <summary>Numbers of a row's target; 0 where it is a class.</summary>
    public static int TargetWidth(string name) => Target(name).Values?.Width ?? 0;

    /// <summary>Outputs that are all right, and 0 where nobody knows what is: (rows, outputs).</summary>
    public static float[][] Perfect(string name)
    {
        Target<float> target = Target(name);
        int outputs = Outputs(name)[0].Length;
        return [.. Enumerable.Range(0, target.Capacity).Select(row => Enumerable.Range(0, outputs).Select(j => AreClasses(name)
            ? outputs == 1 ? target.Classes[row] : target.Classes[row] == j ? 1f : 0
            : target.Values!.Row(row)[j * target.Values.Width / outputs] is var value && float.IsNaN(value) ? 0 : value).ToArray())];
    }

    private static bool AreClasses(string name) => Set(name) is "classes" or "binary";

    private static string Set(string name) => name.Split('.')[0];

    private static float[][] Rows(string name)
    {
        float[] values = Values.Singles(name);
        return [.. values.Chunk(values.Length / Values.Shape(name)[0])];
    }
}
