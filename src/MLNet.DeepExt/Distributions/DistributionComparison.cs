using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Distributions;

/// <summary>Whether two sets of rows are of one distribution, and what gives them away where they are not.</summary>
/// <remarks>
/// They are different where a classifier tells them apart better than by chance, with the lower end of the interval of its AUC above 0.5,
/// or where the adjusted p-value of a feature is below (1 - Confidence)/2. Either happens to rows of one distribution with about
/// half of the chance that Confidence leaves, however many features there are. That no difference is found does not prove that there is
/// none: of few rows only great ones are.
/// </remarks>
public sealed class DistributionComparison
{
    private const int MostFeaturesNamed = 3;
    private const int MostFeaturesShown = 20;

    internal DistributionComparison()
    {
    }

    /// <summary>What the first rows are called.</summary>
    public required string FirstName { get; init; }

    /// <summary>What the second rows are called.</summary>
    public required string SecondName { get; init; }

    /// <summary>How many of the first rows were compared.</summary>
    public required int FirstRows { get; init; }

    /// <summary>How many of the second rows were compared.</summary>
    public required int SecondRows { get; init; }

    /// <summary>How sure the verdict is.</summary>
    public required double Confidence { get; init; }

    /// <summary>
    /// The chance that a small network calls one of the second rows more likely to be one of them than one of the first, for rows that it
    /// did not learn from: 0.5 where they cannot be told apart, 1 where they always can. The mean of five folds.
    /// </summary>
    public required double Auc { get; init; }

    /// <summary>The lower end of the interval of <see cref="Auc"/>, with the variance by DeLong of each fold.</summary>
    public required double AucLower { get; init; }

    /// <summary>The upper end of the interval of <see cref="Auc"/>.</summary>
    public required double AucUpper { get; init; }

    /// <summary>All features, in the order of the columns.</summary>
    public required IReadOnlyList<FeatureComparison> Features { get; init; }

    /// <summary>The columns that were not named, and are of types that are not compared.</summary>
    public required IReadOnlyList<string> SkippedColumns { get; init; }

    /// <summary>
    /// The features that give the rows away: those first that the classifier needs most, then those with the least p-values.
    /// </summary>
    public IReadOnlyList<FeatureComparison> GivingAway => [.. Ranked.Where(feature => feature.GivesAway)];

    /// <summary>Whether the rows are of different distributions.</summary>
    public bool AreDifferent => AucLower > 0.5 || Features.Any(feature => feature.AdjustedPValue < (1 - Confidence) / 2);

    /// <summary>The result in a sentence, and what to do.</summary>
    public string Verdict => AreDifferent
        ? $"{Capitalized} and {SecondName} come from different distributions: a classifier tells their rows apart with an AUC of " +
            $"{Interval}{Names}; shuffle them together and draw both anew, so that what is best on one is best on the other."
        : $"{Capitalized} and {SecondName} show no sign of different distributions: a classifier tells their rows apart no better " +
            $"than by chance, with an AUC of {Interval}, and none of {Count(Features.Count, "feature")} differs.";

    private IEnumerable<FeatureComparison> Ranked =>
        Features.OrderByDescending(feature => feature.GivesAway)
            .ThenByDescending(feature => feature.AucLoss).ThenBy(feature => feature.PValue);

    private string Capitalized => string.Concat(FirstName[..1].ToUpperInvariant(), FirstName.AsSpan(1));

    private string Interval => string.Create(CultureInfo.InvariantCulture, $"{Auc:0.000} ({AucLower:0.000} to {AucUpper:0.000})");

    private string Names
    {
        get
        {
            IReadOnlyList<FeatureComparison> givingAway = GivingAway;
            return givingAway.Count == 0 ? ""
                : FormattableString.Invariant($", and {Count(givingAway.Count, "feature")} of {Features.Count} give them away, ")
                    + (givingAway.Count > 1 ? "foremost " : "")
                    + string.Join(", ", givingAway.Take(MostFeaturesNamed).Select(feature => feature.Name));
        }
    }

    /// <summary>The verdict, and a table of the features that differ most.</summary>
    public override string ToString()
    {
        FeatureComparison[] shown = [.. Ranked.Take(MostFeaturesShown)];
        int width = Math.Max("feature".Length, shown.Max(feature => feature.Name.Length));
        var text = new StringBuilder();
        text.AppendLine(Verdict);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"feature".PadRight(width)}  test        statistic   p-value  adjusted  AUC loss");
        foreach (FeatureComparison feature in shown)
        {
            string test = feature.Test == DistributionTest.ChiSquare ? "chi-square" : "KS";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{feature.Name.PadRight(width)}  {test,-10}  {feature.Statistic,9:0.000}  " +
                $"{feature.PValue,8:0.0e+00}  {feature.AdjustedPValue,8:0.0e+00}  {feature.AucLoss,8:0.000}");
        }

        if (Features.Count > shown.Length)
            text.AppendLine(CultureInfo.InvariantCulture, $"and {Features.Count - shown.Length} more");
        return text.ToString();
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
