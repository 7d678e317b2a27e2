namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Equal but for the order of sums.</summary>
internal static class Close
{
    private const float Tolerance = 1e-5f; // of the largest of the numbers, as sums of large ones may be small

    public static void Assert(float[] expected, float[] actual)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        float scale = expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = float.IsNaN(expected[i]) ? float.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= Tolerance * scale;
            Xunit.Assert.True(same, $"{expected[i]} but {actual[i]} at {i}");
        }
    }
}
