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

    public static IEnumerable<string> Names =>
    [
        "classes.accuracy", "classes.macro F1", "classes.micro F1", "classes.log loss",
        "binary.accuracy", "binary.F1", "binary.macro F1", "binary.area under ROC curve", "binary.log loss",
        "labels.subset accuracy", "labels.Hamming loss", "labels.macro F1", "labels.micro F1", "labels.label ranking average precision",
        "labels.missing.subset accuracy", "labels.missing.Hamming loss", "labels.missing.macro F1", "labels.missing.micro F1",
        "labels.missing.label ranking average precision",
        "numbers.root mean squared error", "numbers.mean absolute error", "numbers.R squared",
        "numbers.missing.root mean squared error", "numbers.missing.mean absolute error", "numbers.missing.R squared",
        "quantiles.pinball loss",
    ];

    public static Metric Metric(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "accuracy" => new Accuracy(),
        "F1" => new F1 { Averaging = Averaging.Binary },
        "macro F1" => new F1(),
        "micro F1" => new F1 { Averaging = Averaging.Micro },
        "area under ROC curve" => new AreaUnderRocCurve(),
        "log loss" => new LogLoss(),
        "root mean squared error" => new RootMeanSquaredError(),
        "mean absolute error" => new MeanAbsoluteError(),
        "R squared" => new RSquared(),
        "pinball loss" => new PinballLoss { Quantiles = Values.Doubles("quantiles.quantiles") },
        "subset accuracy" => new SubsetAccuracy(),
        "Hamming loss" => new HammingLoss(),
        "label ranking average precision" => new LabelRankingAveragePrecision(),
        _ => throw new ArgumentException(name),
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

    /// <summary>Outputs that are all right: (rows, outputs).</summary>
    public static float[][] Perfect(string name)
    {
        Target<float> target = Target(name);
        int outputs = Outputs(name)[0].Length;
        return [.. Enumerable.Range(0, target.Capacity).Select(row => Enumerable.Range(0, outputs).Select(j => AreClasses(name)
            ? outputs == 1 ? target.Classes[row] : target.Classes[row] == j ? 1f : 0
            : target.Values!.Row(row)[j * target.Values.Width / outputs]).ToArray())];
    }

    private static bool AreClasses(string name) => Set(name) is "classes" or "binary";

    private static string Set(string name) => name.Split('.')[0];

    private static float[][] Rows(string name)
    {
        float[] values = Values.Singles(name);
        return [.. values.Chunk(values.Length / Values.Shape(name)[0])];
    }
}
