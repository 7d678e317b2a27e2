using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What trainers tell ML.NET about themselves.</summary>
internal static class TrainerInfos
{
    /// <summary>
    /// Wants normalized features; reads its data once, into memory, so a cache in front of it is of no use; takes a validation set.
    /// </summary>
    public static TrainerInfo NeuralNetwork { get; } = new(normalization: true, calibration: false, caching: false, supportValid: true);
}
