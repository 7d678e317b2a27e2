using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What trainers tell ML.NET about themselves.</summary>
internal static class TrainerInfos
{
    /// <summary>
    /// Wants normalized features; takes a validation set. A cache in front of it is of no use: data that is held in memory is read
    /// once, and data that is streamed would take the memory of the cache that streaming is there to save. Who has that memory
    /// saves the reading with DataMode.InMemory.
    /// </summary>
    public static TrainerInfo NeuralNetwork { get; } = new(normalization: true, calibration: false, caching: false, supportValid: true);
}
