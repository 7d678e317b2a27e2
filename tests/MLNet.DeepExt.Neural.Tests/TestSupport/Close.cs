namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Assertions on vectors of numbers.</summary>
internal static class Close
{
    /// <summary>‖actual - expected‖₂ is at most <paramref name="tolerance"/> · (‖actual‖₂ + ‖expected‖₂).</summary>
    public static void InNorm(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        double difference = Norm(expected.Zip(actual, (e, a) => e - a));
        double scale = Norm(expected) + Norm(actual);
        Assert.True(difference <= tolerance * scale, $"{what}: relative difference {difference / scale:0.0e+00} exceeds {tolerance:0.0e+00}");
    }

    /// <summary>Every |actual - expected| is at most <paramref name="tolerance"/> · max(1, |expected|).</summary>
    public static void Everywhere(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            double bound = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}[{i}]: expected {expected[i]:R} but got {actual[i]:R}");
        }
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
