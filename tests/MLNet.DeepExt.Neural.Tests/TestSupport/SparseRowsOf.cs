using System.Numerics;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Rows with zeros, and the same rows with the zeros left out.</summary>
internal static class SparseRowsOf
{
    /// <summary>Rows of which about a share is not 0, as floats hold them; now and then a row of zeros and a full one.</summary>
    public static DenseBlock<T> Random<T>(int rows, int width, double density, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var block = new DenseBlock<T>(rows, width);
        for (int row = 0; row < rows; row++)
        {
            double here = random.Next(8) switch
            {
                0 => 0,
                1 => 1,
                _ => density,
            };
            foreach (ref T value in block.Row(row))
                value = random.NextDouble() < here ? T.CreateTruncating((float)(2 * random.NextDouble() - 1)) : T.Zero;
        }

        return block;
    }

    /// <summary>The rows of a block with their zeros left out.</summary>
    public static SparseBlock<T> Block<T>(DenseBlock<T> dense)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sparse = new SparseBlock<T>(dense.Capacity, dense.Width);
        for (int row = 0; row < dense.Rows; row++)
        {
            (int[] columns, T[] values) = Entries<T>(dense.Row(row));
            sparse.Append(columns, values);
        }

        return sparse;
    }

    /// <summary>The rows of a block with their zeros left out, to learn from.</summary>
    public static SparseRows Rows(DenseBlock<float> dense)
    {
        SparseBlock<float> block = Block(dense);
        return new SparseRows(block.Width, block.Starts.ToArray(), block.AllColumns.ToArray(), block.AllValues.ToArray());
    }

    /// <summary>The rows of a block written out, to learn from.</summary>
    public static DenseRows Written(DenseBlock<float> dense) =>
        new(dense.Width, [.. Enumerable.Range(0, dense.Rows).SelectMany(row => dense.Row(row).ToArray())]);

    /// <summary>What of a row is not 0.</summary>
    public static (int[] Columns, T[] Values) Entries<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns = new List<int>();
        var values = new List<T>();
        for (int column = 0; column < row.Length; column++)
        {
            if (row[column] == T.Zero)
                continue;
            columns.Add(column);
            values.Add(row[column]);
        }

        return ([.. columns], [.. values]);
    }
}
