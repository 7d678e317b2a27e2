namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Computes the value of a metric for one class from sums of weights.</summary>
/// <param name="truePositives">The true positives.</param>
/// <param name="falsePositives">The false positives.</param>
/// <param name="falseNegatives">The false negatives.</param>
internal delegate double DecisionFigure(double truePositives, double falsePositives, double falseNegatives);
