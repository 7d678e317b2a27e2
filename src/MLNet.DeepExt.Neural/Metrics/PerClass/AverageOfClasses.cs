using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The average of the values of classes.</summary>
/// <param name="averaging">The kind of average.</param>
/// <param name="only">The measured class; null for all.</param>
/// <param name="figures">The values of the classes.</param>
internal sealed class AverageOfClasses(Averaging averaging, int? only, ClassFigures figures) : Measurement
{
    protected override double ValueOfRows => figures.IsEmpty ? double.NaN
        : only is { } index ? figures.Of(index)
        : averaging switch
        {
            Averaging.Micro => figures.Pooled,
            Averaging.Macro or Averaging.Weighted or Averaging.Worst => Average(),
            // A single binary label.
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
