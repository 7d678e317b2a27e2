namespace MLNet.DeepExt.Statistics;

/// <summary>What a test of two samples comes to.</summary>
/// <param name="Statistic">How far they are apart.</param>
/// <param name="PValue">How likely two samples of one distribution are so far apart, or farther.</param>
/// <param name="Effect">How far they are apart, from 0 to 1, whatever their sizes; 0 of tests that do not measure it.</param>
internal readonly record struct TestOutcome(double Statistic, double PValue, double Effect = 0);
