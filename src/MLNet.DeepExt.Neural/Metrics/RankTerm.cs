namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The contribution of rows with equal output to a metric of the order of outputs, from sums of weights.</summary>
/// <param name="positivesAbove">The positive rows with a higher output.</param>
/// <param name="negativesAbove">The negative rows with a higher output.</param>
/// <param name="positives">The positive rows with this output.</param>
/// <param name="negatives">The negative rows with this output.</param>
internal delegate double RankTerm(double positivesAbove, double negativesAbove, double positives, double negatives);
