namespace MLNet.DeepExt.Distributions;

/// <summary>How one feature differs between two sets of rows.</summary>
/// <param name="Name">The column, of vectors with the slot: <c>Age</c>, <c>Features.petals</c>, <c>Features[3]</c>.</param>
/// <param name="Test">How it was tested.</param>
/// <param name="Statistic">How far the two are apart, in the units of the test.</param>
/// <param name="Effect">
/// How far the two are apart, from 0 to 1, whatever the numbers of rows. For a number it is the distance of Kolmogorov and Smirnov:
/// max |F₁(x) - F₂(x)|. For a category it is Cohen's w, √(Σ (p - q)²/(2·(p + q))), where p and q are the shares of each category in the two.
/// </param>
/// <param name="PValue">How likely rows of one distribution are so far apart, or farther, in this feature.</param>
/// <param name="AdjustedPValue">The p-value for as many features as were tested, by Benjamini and Hochberg.</param>
/// <param name="AucLoss">
/// What the classifier that tells the two apart loses of its AUC on rows that it has not learned from when they exchange their values of
/// the feature; 0 for features that were not tried. Where several features say the same, each has little.
/// </param>
/// <param name="GivesAway">
/// Whether the feature tells the two apart: by its adjusted p-value and an effect that matters, or by the loss of AUC over
/// five folds, tested by Student's t distribution and adjusted in the same way for as many features as were tried.
/// </param>
public sealed record FeatureComparison(
    string Name, DistributionTest Test, double Statistic, double Effect, double PValue, double AdjustedPValue, double AucLoss, bool GivesAway);
