namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A figure of what was said about one class, from sums of weights.</summary>
/// <param name="right">Rows that are of the class and said to be.</param>
/// <param name="wrong">Rows that are not of the class but said to be.</param>
/// <param name="missed">Rows that are of the class but not said to be.</param>
internal delegate double DecisionFigure(double right, double wrong, double missed);
