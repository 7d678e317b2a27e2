using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>The figures of decisions, by the metrics themselves: they need no more of the rows than a confusion matrix holds.</summary>
/// <param name="cells">(classes, classes): the weights of rows by what is true and what is said.</param>
internal sealed class MatrixFigures(double[,] cells)
{
    private readonly int _classes = cells.GetLength(0);

    /// <summary>Those of one class against all others.</summary>
    public ClassReport OfClass(string name, int label, double support, double area) => Report(
        name, Averaging.Binary, support, area, outputs: 1, (metric, outputs) =>
        {
            double right = cells[label, label], wrong = 0, missed = 0, rest = 0;
            for (int i = 0; i < _classes; i++)
            {
                for (int j = 0; j < _classes; j++)
                {
                    if (i != label && j == label)
                        wrong += cells[i, j];
                    else if (i == label && j != label)
                        missed += cells[i, j];
                    else if (i != label)
                        rest += cells[i, j];
                }
            }

            Add(metric, [1], 1, right);
            Add(metric, [1], 0, wrong);
            Add(metric, [0], 1, missed);
            Add(metric, [0], 0, rest);
        });

    /// <summary>An average of those of all classes.</summary>
    public ClassReport Average(string name, Averaging averaging, double support, double area) => Report(
        name, averaging, support, area, _classes, (metric, outputs) =>
        {
            for (int said = 0; said < _classes; said++)
            {
                outputs[said] = 1;
                for (int label = 0; label < _classes; label++)
                    Add(metric, outputs, label, cells[label, said]);
                outputs[said] = 0;
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
