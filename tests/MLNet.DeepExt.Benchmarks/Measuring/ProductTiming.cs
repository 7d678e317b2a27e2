using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>How long matrix products take.</summary>
internal static class ProductTiming
{
    // Products small enough to be called often before the compiler has optimized what they run.
    private const double Small = 1e8;
    private const double WarmUpSeconds = 1.5;
    private const double SecondsBesidePeak = 0.005;
    private const int RunsBesidePeak = 9;

    /// <summary>Times every product.</summary>
    /// <param name="shapes">The products.</param>
    /// <param name="create">Makes the call that computes one.</param>
    /// <param name="report">Receives the seconds of each.</param>
    public static void Measure(IEnumerable<ProductShape> shapes, Func<ProductShape, Action> create, Action<ProductShape, double> report)
    {
        foreach ((ProductShape shape, Action multiply) in WarmUp(shapes, create))
            report(shape, Timing.SecondsPerCall(multiply, warmUp: 0.02, seconds: 0.1));
    }

    /// <summary>Times every product in short runs in turn with the peak of one core, whose clock rises and falls.</summary>
    /// <param name="shapes">The products.</param>
    /// <param name="create">Makes the call that computes one.</param>
    /// <param name="report">Receives, of each, the best of its operations a second and of the peak's.</param>
    public static void MeasureBesidePeak(
        IEnumerable<ProductShape> shapes, Func<ProductShape, Action> create, Action<ProductShape, double, double> report)
    {
        var rates = new double[RunsBesidePeak];
        var peaks = new double[RunsBesidePeak];
        foreach ((ProductShape shape, Action multiply) in WarmUp(shapes, create))
        {
            int calls = (int)Math.Max(1, SecondsBesidePeak * MultiplyAddPeak.Measure(threads: 1) / shape.Operations);
            for (int run = 0; run < RunsBesidePeak; run++)
            {
                multiply(); // brings its matrices back into the caches
                rates[run] = calls * shape.Operations / Timing.SecondsOf(multiply, calls);
                peaks[run] = MultiplyAddPeak.Measure(threads: 1);
            }

            // The best, because what interrupts so short a run makes it several times as long.
            report(shape, rates.Max(), peaks.Max());
        }
    }

    // Calls the small ones for a while: all share code, which the compiler optimizes by and by.
    private static (ProductShape Shape, Action Multiply)[] WarmUp(IEnumerable<ProductShape> shapes, Func<ProductShape, Action> create)
    {
        (ProductShape Shape, Action Multiply)[] products = [.. shapes.Select(shape => (shape, create(shape)))];
        Action[] small = [.. products.Where(product => product.Shape.Operations < Small).Select(product => product.Multiply)];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds)
            Array.ForEach(small, multiply => multiply());
        return products;
    }
}
