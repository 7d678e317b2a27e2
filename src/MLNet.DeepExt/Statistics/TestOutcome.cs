namespace MLNet.DeepExt.Statistics;

/// <summary>What a test of two samples comes to.</summary>
/// <param name="Statistic">How far they are apart.</param>
/// <param name="PValue">How likely two samples of one distribution are so far apart, or farther.</param>
internal readonly record struct TestOutcome(double Statistic, double PValue);
