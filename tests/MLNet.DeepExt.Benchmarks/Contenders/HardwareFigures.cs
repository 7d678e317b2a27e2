using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>The names of what <see cref="Job.Hardware"/> measures.</summary>
internal static class HardwareFigures
{
    /// <summary>Operations a second.</summary>
    public const string Peak = "peak";

    /// <summary>Bytes read a second.</summary>
    public const string Bandwidth = "bandwidth";

    /// <summary>The engine's operations a second in a product.</summary>
    public static string RateBesidePeak(ProductShape shape) => shape.PeakCase;

    /// <summary>The operations a second of the peak, measured in turn with that product.</summary>
    public static string PeakBeside(ProductShape shape) => shape.PeakCase + "-peak";
}
