using System.Globalization;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Whether what is taken for probabilities can be.</summary>
internal static class ProbabilityCheck
{
    private const double Slack = 1e-3; // sums in single precision, and numbers that a file holds with a few digits

    /// <summary>What contradicts it in a row, to follow "cannot be measured:"; null if nothing does.</summary>
    public static string? FindFault(ScoredColumns columns, ScoredExample row)
    {
        ReadOnlySpan<float> values = row.Outputs(OutputKind.Probabilities);
        double sum = 0;
        foreach (float value in values)
        {
            if (value is < 0 or > 1)
                return Describe(columns, string.Create(CultureInfo.InvariantCulture, $"one is {value}"));
            sum += value;
        }

        return columns.Task == ScoredTask.Multiclass && Math.Abs(sum - 1) > Slack
            ? Describe(columns, string.Create(CultureInfo.InvariantCulture, $"those of a row sum to {sum:0.####}"))
            : null;
    }

    private static string Describe(ScoredColumns columns, string how) =>
        $"it needs probabilities, and the numbers in column '{(columns.Probability ?? columns.Score)!.Value.Name}' are none, for {how}; " +
        (columns.Task == ScoredTask.Multiclass
            ? "train with calibrated binary models, or measure what reads decisions or ranks alone"
            : "name a column of probabilities in ProbabilityColumnName");
}
