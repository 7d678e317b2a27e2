using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Splits;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>What a split comes to, by the column Id, and what it refuses.</summary>
internal static class SplitParts
{
    /// <summary>The ids of train, train-dev, dev and test.</summary>
    public static int[][] Of(TrainDevTestData split) =>
        [IdsOf(split.Train), IdsOf(split.TrainDev), IdsOf(split.Dev), IdsOf(split.Test)];

    public static int[] IdsOf(IDataView? part) => part is null ? [] : [.. part.GetColumn<int>("Id")];

    public static void AssertRefused(MLContext context, string message, SplitRow[] rows, TrainDevTestSplitOptions options) =>
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(
            () => context.Data.TrainDevTestSplit(SplitRow.Load(context, rows), options)).Message);
}
