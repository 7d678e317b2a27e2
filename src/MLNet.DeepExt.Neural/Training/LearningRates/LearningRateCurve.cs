using System.Globalization;
using System.Text;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The loss as a function of the learning rate, as measured by a <see cref="LearningRateFinder"/>. Its text is a table with a small chart.
/// </summary>
public sealed class LearningRateCurve
{
    private const int RowsOfText = 25;
    private const int WidthOfChart = 40;

    private readonly int? _steepest;

    internal LearningRateCurve(IEnumerable<LearningRatePoint> points, ExponentialAverage average, bool diverged)
    {
        Points = Array.AsReadOnly(points.ToArray());
        Diverged = diverged;
        _steepest = Steepest(Points, average);
    }

    /// <summary>The steps, with increasing rates. Empty if the search was cancelled before the first one.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>True if the loss grew so much, or was not finite, that higher rates were not tried.</summary>
    public bool Diverged { get; }

    /// <summary>
    /// The rate at which the loss fell most steeply per logarithm of the rate; null if it never fell. It suits a training with a
    /// decreasing rate; a constant rate may have to be lower.
    /// </summary>
    public double? SuggestedRate => _steepest is { } i ? Points[i].Rate : null;

    /// <summary>The curve as a table: rate, loss and smoothed loss, with a bar as long as the smoothed loss.</summary>
    /// <returns>Lines that end in <c>\n</c>, with a decimal point in every culture.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Points.Count == 0)
            return "No learning rate was tried.\n";
        string end = Diverged ? ", where the loss diverged" : "";
        string suggestion = SuggestedRate is { } rate ? $"it fell most steeply at {Rate(rate)}" : "it never fell";
        text.Append($"Learning rates from {Rate(Points[0].Rate)} to {Rate(Points[^1].Rate)}{end}; {suggestion}.\n");
        text.Append("    rate        loss    smoothed\n");
        double highest = Points.Max(point => point.SmoothedLoss);
        for (int i = 0; i < Points.Count; i++)
        {
            if (!IsShown(i))
                continue;
            LearningRatePoint point = Points[i];
            int length = highest > 0 ? (int)Math.Round(WidthOfChart * Math.Max(0, point.SmoothedLoss) / highest) : 0;
            text.Append(CultureInfo.InvariantCulture, $"{Rate(point.Rate),8}{point.Loss,12:G5}{point.SmoothedLoss,12:G5}  ");
            text.Append('#', length).Append(i == _steepest ? " <" : "").Append('\n');
        }

        return text.ToString();
    }

    // Some lines at equal distances, and the suggested one.
    private bool IsShown(int i) => i == _steepest || i == Points.Count - 1 || i % ((Points.Count + RowsOfText - 1) / RowsOfText) == 0;

    // The average lags behind. Averaging it again backwards from its lowest point removes the lag. A slope over a single step would be
    // mostly noise, so it is computed over as many steps on both sides as the average includes.
    private static int? Steepest(IReadOnlyList<LearningRatePoint> points, ExponentialAverage average)
    {
        if (points.Count == 0)
            return null;
        int lowest = Enumerable.Range(0, points.Count).MinBy(i => points[i].SmoothedLoss);
        double[] smooth = [.. average.Smooth(points.Take(lowest + 1).Reverse().Select(point => point.SmoothedLoss)).Reverse()];
        int reach = (int)Math.Max(1, average.Memory);
        int? steepest = null;
        double least = 0;
        for (int i = 0; i <= lowest; i++)
        {
            (int from, int to) = (Math.Max(0, i - reach), Math.Min(lowest, i + reach));
            double slope = (smooth[to] - smooth[from]) / (2 * reach); // shorter at the ends
            if (slope < least)
                (steepest, least) = (i, slope);
        }

        return steepest;
    }

    private static string Rate(double rate) => rate.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
