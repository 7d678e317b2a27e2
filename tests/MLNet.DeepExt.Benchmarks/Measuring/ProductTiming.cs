using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>How long matrix products take.</summary>
internal static class ProductTiming
{
    // Products small enough to be called often before the compiler has optimized what they run.
    private const double Small = 1e8;
    private const double WarmUpSeconds = 1.5;

    /// <summary>Times every product, after calling the small ones for a while: all share code, which the compiler optimizes by and by.</summary>
    /// <param name="shapes">The products.</param>
    /// <param name="create">Makes the call that computes one.</param>
    /// <param name="report">Receives the seconds of each.</param>
    public static void Measure(IEnumerable<ProductShape> shapes, Func<ProductShape, Action> create, Action<ProductShape, double> report)
    {
        (ProductShape Shape, Action Multiply)[] products = [.. shapes.Select(shape => (shape, create(shape)))];
        Action[] small = [.. products.Where(product => product.Shape.Operations < Small).Select(product => product.Multiply)];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds)
            Array.ForEach(small, multiply => multiply());

        foreach ((ProductShape shape, Action multiply) in products)
            report(shape, Timing.SecondsPerCall(multiply, warmUp: 0.02, seconds: 0.1));
    }
}
