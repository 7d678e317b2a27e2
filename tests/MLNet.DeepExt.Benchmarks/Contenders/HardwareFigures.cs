using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>The names of what <see cref="Job.Hardware"/> measures.</summary>
internal static class HardwareFigures
{
    /// <summary>Operations a second.</summary>
    public const string Peak = "peak";

    /// <summary>Bytes read a second.</summary>
    public const string Bandwidth = "bandwidth";

    /// <summary>The engine's operations a second over the peak's.</summary>
    public static string ShareOfPeak(ProductShape shape) => "peak-share-" + shape.Case;
}
