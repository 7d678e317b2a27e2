using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>How long matrix products take.</summary>
internal static class ProductTiming
{
    /// <summary>Times every product, after calling all of them for a while: they share code that the compiler optimizes by and by.</summary>
    /// <param name="shapes">The products.</param>
    /// <param name="create">Makes the call that computes one.</param>
    /// <param name="report">Receives the seconds of each.</param>
    public static void Measure(IEnumerable<ProductShape> shapes, Func<ProductShape, Action> create, Action<ProductShape, double> report)
    {
        (ProductShape Shape, Action Multiply)[] products = [.. shapes.Select(shape => (shape, create(shape)))];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 1.5)
        {
            foreach ((_, Action multiply) in products)
                multiply();
        }

        foreach ((ProductShape shape, Action multiply) in products)
            report(shape, Timing.SecondsPerCall(multiply, warmUp: 0.01, seconds: 0.1));
    }
}
