using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A small problem that a network can learn: noisy points around one centre per class.</summary>
internal static class Clusters
{
    public const int Width = 5;
    public const int Classes = 3;

    public static LabeledRows Rows(int count, int seed = 1, bool weighted = false, float noise = 0.7f)
    {
        var random = new Random(seed);
        var features = new float[count * Width];
        var classes = new int[count];
        for (int row = 0; row < count; row++)
        {
            classes[row] = random.Next(Classes);
            for (int j = 0; j < Width; j++)
                features[row * Width + j] = (j % Classes == classes[row] ? 1 : 0) + noise * (float)(random.NextDouble() + random.NextDouble() - 1);
        }

        float[]? weights = weighted ? [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())] : null;
        return new LabeledRows(Width, features, classes, weights);
    }

    extension(LabeledRows rows)
    {
        /// <summary>The classes of rows that have classes.</summary>
        public int[] Classes => ((ClassRows)rows.Targets).Classes;
    }

    /// <summary>The features of rows that are known to be written out: (rows, width).</summary>
    public static float[] DenseFeatures(this LabeledRows rows) => ((DenseRows)rows.Features).Values;
}
