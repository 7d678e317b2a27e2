namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>What matrices are filled with that are only measured: numbers from -0.5 to 0.5.</summary>
internal static class RandomNumbers
{
    public static void Fill(Span<float> numbers, Random random)
    {
        foreach (ref float number in numbers)
            number = random.NextSingle() - 0.5f;
    }
}
