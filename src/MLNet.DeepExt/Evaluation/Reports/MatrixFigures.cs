using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Precision, recall and F1 of a confusion matrix, by the metrics themselves.</summary>
internal sealed class MatrixFigures
{
    private readonly double[,] _cells;
    private readonly int _classes;
    private readonly int _predictedClasses;
    private readonly double[] _falseNegatives; // (classes)
    private readonly double[] _falsePositives;  // (predicted classes)
    private readonly double _all;

    /// <param name="cells">(classes, predicted classes): the weights of rows; the last predicted class may stand for none of the classes.</param>
    public MatrixFigures(double[,] cells)
    {
        _cells = cells;
        _classes = cells.GetLength(0);
        _predictedClasses = cells.GetLength(1);
        _falseNegatives = new double[_classes];
        _falsePositives = new double[_predictedClasses];
        for (int label = 0; label < _classes; label++)
        {
            for (int predicted = 0; predicted < _predictedClasses; predicted++)
            {
                _all += cells[label, predicted];
                if (label == predicted)
                    continue;
                _falseNegatives[label] += cells[label, predicted];
                _falsePositives[predicted] += cells[label, predicted];
            }
        }
    }

    /// <summary>Those of one class against all others.</summary>
    public ClassReport OfClass(string name, int label, double area)
    {
        double truePositives = _cells[label, label], falseNegatives = _falseNegatives[label], falsePositives = _falsePositives[label];
        return Report(name, Averaging.Binary, truePositives + falseNegatives, area, outputs: 1, (metric, _) =>
        {
            Add(metric, [1], 1, truePositives);
            Add(metric, [1], 0, falsePositives);
            Add(metric, [0], 1, falseNegatives);
            Add(metric, [0], 0, _all - truePositives - falsePositives - falseNegatives);
        });
    }

    /// <summary>An average of those of all classes.</summary>
    public ClassReport Average(string name, Averaging averaging, double area) => Report(
        name, averaging, _all, area, _predictedClasses, (metric, outputs) =>
        {
            for (int predicted = 0; predicted < _predictedClasses; predicted++)
            {
                outputs[predicted] = 1;
                for (int label = 0; label < _classes; label++)
                    Add(metric, outputs, label, _cells[label, predicted]);
                outputs[predicted] = 0;
            }
        });

    private static ClassReport Report(
        string name, Averaging averaging, double support, double area, int outputs, Action<MetricOfRows, float[]> fill)
    {
        return new ClassReport
        {
            Name = name,
            Precision = Of(new Precision { Averaging = averaging }),
            Recall = Of(new Recall { Averaging = averaging }),
            F1 = Of(new F1 { Averaging = averaging }),
            Support = support,
            AreaUnderRocCurve = area,
        };

        double Of(Metric metric)
        {
            MetricOfRows rows = MetricOfRows.OfClasses(metric, outputs);
            fill(rows, new float[outputs]);
            return rows.Value;
        }
    }

    private static void Add(MetricOfRows metric, float[] outputs, int label, double weight)
    {
        if (weight > 0)
            metric.Add(outputs, label, weight);
    }
}
