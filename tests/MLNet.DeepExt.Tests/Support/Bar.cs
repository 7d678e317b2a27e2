using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A small picture of a bar that stands or lies, somewhere about its middle.</summary>
public sealed class Bar
{
    public const int Side = 9;

    [VectorType(Side * Side)]
    public float[] Features { get; set; } = [];

    public bool IsUpright { get; set; }

    /// <summary>Draws some.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <param name="spread">How many pixels they may be away from the middle, at most.</param>
    public static Bar[] Generate(int count, int seed, int spread)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            bool isUpright = random.Next(2) == 0;
            int right = random.Next(-spread, spread + 1), down = random.Next(-spread, spread + 1);
            var features = new float[Side * Side];
            for (int i = -2; i <= 2; i++)
            {
                int row = Side / 2 + down + (isUpright ? i : 0), column = Side / 2 + right + (isUpright ? 0 : i);
                if (row is >= 0 and < Side && column is >= 0 and < Side)
                    features[row * Side + column] = 1;
            }

            foreach (ref float pixel in features.AsSpan())
                pixel += 0.2f * random.NextSingle();
            return new Bar { Features = features, IsUpright = isUpright };
        })];
    }
}
