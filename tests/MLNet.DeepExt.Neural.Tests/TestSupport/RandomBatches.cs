using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Batches of random numbers, the same in every element type.</summary>
internal static class RandomBatches
{
    /// <summary>Rows of normal inputs with a random class and a random weight.</summary>
    public static Batch<T> OfClasses<T>(int rows, int inputs, int classes, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var batch = new Batch<T>(Block<T>(rows, inputs, random), Target<T>.OfClasses(rows));
        for (int row = 0; row < rows; row++)
        {
            batch.Target.Classes[row] = random.Next(classes);
            batch.Weights[row] = T.CreateTruncating((float)(0.5 + random.NextDouble()));
        }

        return batch;
    }

    /// <summary>Rows of normal inputs with random class probabilities.</summary>
    public static Batch<T> OfProbabilities<T>(int rows, int inputs, int classes, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var batch = new Batch<T>(Block<T>(rows, inputs, random), Target<T>.OfValues(rows, classes));
        for (int row = 0; row < rows; row++)
        {
            Span<T> probabilities = batch.Target.Values!.Row(row);
            double left = 1;
            for (int j = 0; j < classes - 1; j++)
            {
                float share = (float)(left * random.NextDouble());
                probabilities[j] = T.CreateTruncating(share);
                left -= share;
            }

            probabilities[^1] = T.CreateTruncating((float)left);
        }

        return batch;
    }

    /// <summary>Rows of normal inputs with normal targets and a random weight.</summary>
    public static Batch<T> OfNumbers<T>(int rows, int inputs, int targets, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var batch = new Batch<T>(Block<T>(rows, inputs, random), Target<T>.OfValues(rows, targets));
        for (int row = 0; row < rows; row++)
        {
            foreach (ref T target in batch.Target.Values!.Row(row))
                target = T.CreateTruncating((float)Normal(random));
            batch.Weights[row] = T.CreateTruncating((float)(0.5 + random.NextDouble()));
        }

        return batch;
    }

    /// <summary>Normal numbers that a float holds exactly.</summary>
    public static DenseBlock<T> Block<T>(int rows, int width, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var block = new DenseBlock<T>(rows, width);
        for (int row = 0; row < rows; row++)
        {
            foreach (ref T value in block.Row(row))
                value = T.CreateTruncating((float)Normal(random));
        }

        return block;
    }

    /// <summary>A block with given numbers, row-major.</summary>
    public static DenseBlock<T> Block<T>(int rows, int width, IReadOnlyList<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var block = new DenseBlock<T>(rows, width);
        for (int i = 0; i < rows * width; i++)
            block.Row(i / width)[i % width] = values[i];
        return block;
    }

    /// <summary>Inputs that are known to be dense.</summary>
    public static DenseBlock<T> AsDense<T>(this InputBlock<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (DenseBlock<T>)inputs;

    /// <summary>The numbers of a block, row-major, as double.</summary>
    public static double[] ToDoubles<T>(this DenseBlock<T> block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, block.Rows * block.Width).Select(i => double.CreateTruncating(block.Row(i / block.Width)[i % block.Width]))];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
