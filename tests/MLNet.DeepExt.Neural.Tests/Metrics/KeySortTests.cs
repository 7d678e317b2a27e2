using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Tests.Metrics;

/// <summary>Keys in order, with what belongs to them, however many there are and however they lie.</summary>
public sealed class KeySortTests
{
    public static TheoryData<int, uint> Cases
    {
        get
        {
            var cases = new TheoryData<int, uint>();
            foreach (int count in new[] { 0, 1, 2, 31, 32, 33, 100, 1000, 5000, 70_000 })
            {
                foreach (uint distinct in new uint[] { 1, 2, 3, 1000, 1 << 20, uint.MaxValue })
                    cases.Add(count, distinct);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Keys_are_sorted_as_by_comparisons_and_take_their_items_along(int count, uint distinct)
    {
        var random = new Random(count);
        uint[] keys = [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(distinct))];
        AssertSorted(keys);
    }

    [Fact]
    public void Keys_that_lie_unevenly_and_at_the_ends_of_their_range_are_sorted()
    {
        AssertSorted([.. Enumerable.Range(0, 3000).Select(i => i % 3 == 0 ? uint.MaxValue - (uint)i : 1u << (i % 32))]);
        AssertSorted([.. Enumerable.Range(0, 3000).Select(i => (uint)i).Prepend(uint.MaxValue)]);
        AssertSorted([.. Enumerable.Range(0, 3000).Select(i => (uint)(3000 - i))]);
    }

    [Fact]
    public void Keys_of_outputs_have_their_order()
    {
        float[] outputs =
        [
            float.NegativeInfinity, float.MinValue, -1, -float.Epsilon, 0, float.Epsilon, 1e-30f, 0.5f, MathF.BitIncrement(0.5f), 1,
            float.MaxValue, float.PositiveInfinity,
        ];
        Assert.All(outputs.Zip(outputs.Skip(1)), pair => Assert.True(Ranking.KeyOf(pair.First) < Ranking.KeyOf(pair.Second)));
        Assert.Equal(Ranking.KeyOf(0f), Ranking.KeyOf(-0f));
    }

    private static void AssertSorted(uint[] keys)
    {
        uint[] expected = [.. keys.Order()], alone = [.. keys], together = [.. keys];
        int[] items = [.. Enumerable.Range(0, keys.Length)];
        KeySort.Sort<double>(alone, []);
        KeySort.Sort(together, items.AsSpan());
        Assert.Equal(expected, alone);
        Assert.Equal(expected, together);
        Assert.Equal(expected, items.Select(item => keys[item]));
        Assert.Equal(keys.Length, items.Distinct().Count());
    }
}
