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
            Averaging.Micro => figures.Pooled,
            Averaging.Macro or Averaging.Weighted or Averaging.Worst => Average(),
            // Of a single yes or no.
            _ => figures.Of(figures.Count - 1),
        };

    protected override double? OfClassOfRows(int index) => only is null ? figures.Of(index) : null;

    protected override void ClearRows() => figures.Clear();

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        figures.Add(outputs, target, row, weight);

    private double Average()
    {
        var average = new ClassAverage(averaging);
        for (int index = 0; index < figures.Count; index++)
        {
            if (figures.IsKnown(index))
                average.Add(figures.Of(index), figures.Support(index));
        }

        return average.Value;
    }
}
