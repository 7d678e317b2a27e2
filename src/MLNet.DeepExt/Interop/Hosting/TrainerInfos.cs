using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What trainers tell ML.NET about themselves.</summary>
internal static class TrainerInfos
{
    /// <summary>
    /// Wants normalized features; takes a validation set. A cache in front of it is of no use: data that fits into memory is read
    /// once, and data that does not would not fit into the cache either.
    /// </summary>
    public static TrainerInfo NeuralNetwork { get; } = new(normalization: true, calibration: false, caching: false, supportValid: true);
}
