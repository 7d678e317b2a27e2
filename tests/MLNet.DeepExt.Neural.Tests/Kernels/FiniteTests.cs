using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class FiniteTests
{
    [Fact]
    public void Every_position_of_every_length_is_compared_with_the_limit()
    {
        for (int length = 0; length <= 40; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i % 3 == 0 ? 1e18f : -1e18f)];
            Assert.True(Finite.Within(values, 1e18f));
            for (int i = 0; i < length; i++)
            {
                foreach (float value in
                    new[] { MathF.BitIncrement(1e18f), MathF.BitDecrement(-1e18f), float.MaxValue, float.NaN, float.NegativeInfinity })
                {
                    float[] spoilt = [.. values];
                    spoilt[i] = value;
                    Assert.False(Finite.Within(spoilt, 1e18f));
                }
            }
        }
    }

    [Fact]
    public void Every_position_of_every_length_is_seen()
    {
        for (int length = 0; length <= 40; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i % 3 == 0 ? float.MaxValue : -float.MaxValue)];
            Assert.True(Finite.All<float>(values));
            for (int i = 0; i < length; i++)
            {
                foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                {
                    float[] spoilt = [.. values];
                    spoilt[i] = value;
                    Assert.False(Finite.All<float>(spoilt));
                    Assert.False(Finite.All<double>(Array.ConvertAll(spoilt, x => (double)x)));
                }
            }
        }
    }
}
