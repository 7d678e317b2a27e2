using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>The figures of decisions, by the metrics themselves: they need no more of the rows than a confusion matrix holds.</summary>
internal sealed class MatrixFigures
{
    private readonly double[,] _cells;
    private readonly int _classes;
    private readonly int _said;
    private readonly double[] _missed; // (classes): sums of rows that are of each but not said to be
    private readonly double[] _wrong;  // (said): sums of rows that are said to be of each but are not
    private readonly double _all;

    /// <param name="cells">(classes, said): the weights of rows by what is true and what is said, which may be none of the classes.</param>
    public MatrixFigures(double[,] cells)
    {
        _cells = cells;
        _classes = cells.GetLength(0);
        _said = cells.GetLength(1);
        _missed = new double[_classes];
        _wrong = new double[_said];
        for (int label = 0; label < _classes; label++)
        {
            for (int said = 0; said < _said; said++)
            {
                _all += cells[label, said];
                if (label == said)
                    continue;
                _missed[label] += cells[label, said];
                _wrong[said] += cells[label, said];
            }
        }
    }

    /// <summary>Those of one class against all others.</summary>
    public ClassReport OfClass(string name, int label, double area)
    {
        double right = _cells[label, label], missed = _missed[label], wrong = _wrong[label];
        return Report(name, Averaging.Binary, right + missed, area, outputs: 1, (metric, _) =>
        {
            Add(metric, [1], 1, right);
            Add(metric, [1], 0, wrong);
            Add(metric, [0], 1, missed);
            Add(metric, [0], 0, _all - right - wrong - missed);
        });
    }

    /// <summary>An average of those of all classes.</summary>
    public ClassReport Average(string name, Averaging averaging, double area) => Report(
        name, averaging, _all, area, _said, (metric, outputs) =>
        {
            for (int said = 0; said < _said; said++)
            {
                outputs[said] = 1;
                for (int label = 0; label < _classes; label++)
                    Add(metric, outputs, label, _cells[label, said]);
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
