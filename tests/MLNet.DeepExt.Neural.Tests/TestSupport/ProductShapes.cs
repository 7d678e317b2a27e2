namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Shapes of matrix products (rows, k, columns) that networks have: squares, and layers of wide and of narrow data.</summary>
internal static class ProductShapes
{
    // Prime to the heights of tiles, so that every row of a tile is met.
    private const int Step = 11;

    private const long AllBelow = 2_000_000;

    public static TheoryData<int, int, int> Named
    {
        get
        {
            var shapes = new TheoryData<int, int, int>
            {
                { 64, 16, 64 }, { 128, 784, 256 }, { 128, 128, 10 }, { 512, 54, 256 }, { 512, 256, 7 },
            };
            int[] sizes = [128, 256, 512];
            foreach (int rows in sizes)
            {
                foreach (int k in sizes)
                {
                    foreach (int columns in sizes)
                        shapes.Add(rows, k, columns);
                }
            }

            return shapes;
        }
    }

    /// <summary>Which rows of a product are compared with the oracle: all of a small one, otherwise one in eleven and the last.</summary>
    public static IEnumerable<int> RowsToCheck(int rows, int k, int columns)
    {
        int step = (long)rows * k * columns < AllBelow ? 1 : Step;
        for (int row = 0; row < rows - 1; row += step)
            yield return row;
        yield return rows - 1;
    }
}
