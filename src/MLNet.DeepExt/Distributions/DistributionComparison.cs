using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Distributions;

/// <summary>Whether two sets of rows are of one distribution, and what gives them away where they are not.</summary>
/// <remarks>
/// <para>They are different where a difference is both significant and large enough to matter. Either a classifier tells them apart: the
/// lower end of the interval of its AUC is above 0.5, and the AUC is at least <see cref="MinimumAuc"/>. Or a feature differs: its p-value,
/// adjusted for the number of features by Benjamini and Hochberg, is below (1 - Confidence)/2, and its effect is at least
/// <see cref="MinimumEffect"/>. Each of the two has half of the chance of error that Confidence leaves, so that rows of one distribution
/// are called different in at most 1 - Confidence of all comparisons, 5 % by default, however many features there are.</para>
/// <para>The same rows, columns and options give the same result. <c>CompareDistributions</c> samples all rows and
/// excludes only the columns that its options exclude. <c>CheckDistributions</c> of a split differs in two ways: it also excludes the columns of
/// time and groups by which the rows were split, unless columns are named, and after a split by group it compares one row of each group,
/// drawn by the seed of the split.</para>
/// <para>That no difference is found does not prove that there is none: of few rows only large ones are found. The comparison takes rows
/// for independent of each other. Rows of one group, such as a person, are not: two parts of whole groups look different although the groups
/// are of one distribution.</para>
/// </remarks>
public sealed class DistributionComparison
{
    internal const string ShuffleRemedy =
        "shuffle them together and draw both again, so that the best model on one is the best on the other";

    private const int MostFeaturesNamed = 3;
    private const int MostFeaturesShown = 20;

    internal DistributionComparison()
    {
    }

    /// <summary>What the first rows are called.</summary>
    public required string FirstName { get; init; }

    /// <summary>What the second rows are called.</summary>
    public required string SecondName { get; init; }

    /// <summary>
    /// The column of whose groups one row each, drawn at random, was compared; null where rows were compared each by itself.
    /// </summary>
    public string? GroupColumnName { get; init; }

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

    /// <summary>The least AUC from which a difference matters.</summary>
    public required double MinimumAuc { get; init; }

    /// <summary>The least effect of a feature from which its difference matters.</summary>
    public required double MinimumEffect { get; init; }

    /// <summary>All features, in the order of the columns.</summary>
    public required IReadOnlyList<FeatureComparison> Features { get; init; }

    /// <summary>The columns that were not named, and are of types that are not compared.</summary>
    public required IReadOnlyList<string> SkippedColumns { get; init; }

    /// <summary>
    /// The features that give the rows away: those first that the classifier needs most, then those with the least p-values.
    /// </summary>
    public IReadOnlyList<FeatureComparison> GivingAway => [.. Ranked.Where(feature => feature.GivesAway)];

    /// <summary>Whether the rows are of different distributions: a difference is significant, and large enough to matter.</summary>
    public bool AreDifferent => IsToldApart || Features.Any(feature => IsSignificant(feature) && feature.Effect >= MinimumEffect);

    /// <summary>The result in a sentence, and what to do.</summary>
    public string Verdict => IsToldApart
        ? $"{Subject} come from different distributions: a classifier tells their rows apart with an AUC of {Interval}" +
            $"{(GivingAway.Count == 0 ? "" : $", and {Names(GivingAway.Count == 1 ? "gives" : "give")} them away{Foremost}")}; {Remedy}."
        : AreDifferent
        ? $"{Subject} come from different distributions: {Names(GivingAway.Count == 1 ? "differs" : "differ")} by a test{Foremost}, " +
            (AucLower > 0.5
                ? $"though a classifier hardly tells their rows apart, with an AUC of {Interval}; {Remedy}."
                : $"though a classifier tells their rows apart no better than by chance, with an AUC of {Interval}; {Remedy}.")
        : IsSlightlyDifferent
        ? $"{Subject} show no difference that matters: a classifier tells their rows apart with an AUC of {Interval}, and " +
            $"{Count(Features.Count(IsSignificant), "feature")} of {Features.Count} " +
            $"{(Features.Count(IsSignificant) == 1 ? "differs" : "differ")} significantly. A difference matters if " +
            string.Create(CultureInfo.InvariantCulture, $"the AUC is at least {MinimumAuc} or an effect is at least {MinimumEffect}.")
        : $"{Subject} show no sign of different distributions: a classifier tells their rows apart no better " +
            $"than by chance, with an AUC of {Interval}, and none of {Count(Features.Count, "feature")} differs.";

    /// <summary>What to do where they are different: the end of a sentence.</summary>
    internal string Remedy { get; init; } = ShuffleRemedy;

    private bool IsToldApart => AucLower > 0.5 && Auc >= MinimumAuc;

    private bool IsSlightlyDifferent => AucLower > 0.5 || Features.Any(IsSignificant);

    private string Subject => string.Concat(FirstName[..1].ToUpperInvariant(), FirstName.AsSpan(1), " and ", SecondName)
        + (GroupColumnName is null ? "" : $", of each group in column '{GroupColumnName}' a row,");

    private IEnumerable<FeatureComparison> Ranked =>
        Features.OrderByDescending(feature => feature.GivesAway)
            .ThenByDescending(feature => feature.AucLoss).ThenBy(feature => feature.PValue);

    private string Interval => string.Create(CultureInfo.InvariantCulture, $"{Auc:0.000} ({AucLower:0.000} to {AucUpper:0.000})");

    private string Foremost => (GivingAway.Count > 1 ? ", foremost " : ", ")
        + string.Join(", ", GivingAway.Take(MostFeaturesNamed).Select(feature => feature.Name));

    /// <summary>The verdict, and a table of the features that differ most.</summary>
    public override string ToString()
    {
        FeatureComparison[] shown = [.. Ranked.Take(MostFeaturesShown)];
        int width = Math.Max("feature".Length, shown.Max(feature => feature.Name.Length));
        var text = new StringBuilder();
        text.AppendLine(Verdict);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"feature".PadRight(width)}  test        statistic  effect   p-value  adjusted  AUC loss");
        foreach (FeatureComparison feature in shown)
        {
            string test = feature.Test == DistributionTest.ChiSquare ? "chi-square" : "KS";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{feature.Name.PadRight(width)}  {test,-10}  {feature.Statistic,9:0.000}  {feature.Effect,6:0.000}  " +
                $"{feature.PValue,8:0.0e+00}  {feature.AdjustedPValue,8:0.0e+00}  {feature.AucLoss,8:0.000}");
        }

        if (Features.Count > shown.Length)
            text.AppendLine(CultureInfo.InvariantCulture, $"and {Features.Count - shown.Length} more");
        return text.ToString();
    }

    private bool IsSignificant(FeatureComparison feature) => feature.AdjustedPValue < (1 - Confidence) / 2;

    private string Names(string verb) => FormattableString.Invariant($"{Count(GivingAway.Count, "feature")} of {Features.Count} {verb}");

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
