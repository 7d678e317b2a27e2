using System.Globalization;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Whether what is taken for probabilities can be.</summary>
internal static class ProbabilityCheck
{
    private const float SlackOfOne = 1e-3f; // single precision, and what a file holds with a few digits
    private const double SlackOfSum = 1e-3;
    private const double SlackOfClass = 0.005; // two digits after the point
    private const double MostSlack = 0.1;

    /// <summary>
    /// Why the outputs of a row are not probabilities, to follow "it needs probabilities, and"; null if nothing does. A sum may be further from 1 the more
    /// classes there are, for each may be rounded: 0.33, 0.33, 0.33.
    /// </summary>
    public static string? FindFault(ScoredColumns columns, ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            if (!(value is >= -SlackOfOne and <= 1 + SlackOfOne))
                return Describe(columns, string.Create(CultureInfo.InvariantCulture, $"one is {value}"));
            sum += value;
        }

        return columns.Task == ScoredTask.Multiclass && Math.Abs(sum - 1) > Math.Min(SlackOfSum + SlackOfClass * values.Length, MostSlack)
            ? Describe(columns, string.Create(CultureInfo.InvariantCulture, $"those of a row sum to {sum:0.####}"))
            : null;
    }

    /// <summary>Clips rounding errors below 0 and above 1, so that no loss is negative.</summary>
    public static void Clip(Span<float> values)
    {
        foreach (ref float value in values)
            value = Math.Clamp(value, 0, 1);
    }

    private static string Describe(ScoredColumns columns, string how) =>
        $"the numbers in column '{(columns.Probability ?? columns.Score)!.Value.Name}' are none, for {how}; " +
        (columns.Task == ScoredTask.Multiclass
            ? "train with calibrated binary models, or measure what reads decisions or ranks alone"
            : "name a column of probabilities in ProbabilityColumnName");
}
