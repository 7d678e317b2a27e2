namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>What rows of equal output add to a figure of their order, from sums of weights.</summary>
/// <param name="yesAbove">Rows with a yes and a higher output.</param>
/// <param name="noAbove">Rows with a no and a higher output.</param>
/// <param name="yes">Rows with a yes and this output.</param>
/// <param name="no">Rows with a no and this output.</param>
internal delegate double RankTerm(double yesAbove, double noAbove, double yes, double no);
