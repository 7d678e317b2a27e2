using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>What the figures of classes come to together.</summary>
/// <param name="averaging">How they are put together.</param>
/// <param name="only">The one class that is measured; null for all.</param>
/// <param name="figures">The figures.</param>
internal sealed class AverageOfClasses(Averaging averaging, int? only, ClassFigures figures) : Measurement
{
    protected override double ValueOfRows => figures.IsEmpty ? double.NaN
        : only is { } index ? figures.Of(index)
        : averaging switch
        {
            Averaging.Macro => Mean(static (_, _) => 1),
            Averaging.Micro => figures.Pooled,
            Averaging.Weighted => Mean(static (figures, index) => figures.Support(index)),
            Averaging.Worst => Worst(),
            // Of a single yes or no.
            _ => figures.Of(figures.Count - 1),
        };

    protected override double? OfClassOfRows(int index) => only is null ? figures.Of(index) : null;

    protected override void ClearRows() => figures.Clear();

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        figures.Add(outputs, target, row, weight);

    private double Mean(Func<ClassFigures, int, double> weightOf)
    {
        double sum = 0, weights = 0;
        bool any = false;
        for (int index = 0; index < figures.Count; index++)
        {
            double figure = figures.IsKnown(index) ? figures.Of(index) : double.NaN;
            if (double.IsNaN(figure))
                continue;
            any = true;
            double weight = weightOf(figures, index);
            sum += weight * figure;
            weights += weight;
        }

        // Figures of labels that are no everywhere weigh nothing.
        return any && weights == 0 ? 0 : sum / weights;
    }

    private double Worst()
    {
        double worst = double.NaN;
        for (int index = 0; index < figures.Count; index++)
        {
            double figure = figures.Support(index) > 0 ? figures.Of(index) : double.NaN;
            if (!(figure >= worst) && !double.IsNaN(figure))
                worst = figure;
        }

        return worst;
    }
}
