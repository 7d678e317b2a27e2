namespace MLNet.DeepExt.Tests.Support;

/// <summary>Numbers that are compared with reference values.</summary>
internal static class Numbers
{
    public static IEnumerable<float[]> WithNaN(float?[][] rows) => rows.Select(row => Array.ConvertAll(row, value => value ?? float.NaN));

    /// <summary>Equal but for a part of the expected number, or of <paramref name="scale"/> if that is more; NaN equals NaN.</summary>
    public static void AssertClose(double expected, double actual, double relative, double scale = 0)
    {
        double allowed = relative * Math.Max(scale, Math.Abs(expected));
        Assert.True(
            double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) <= allowed,
            $"{actual:R} should be {expected:R}, give or take {allowed:R}.");
    }
}
