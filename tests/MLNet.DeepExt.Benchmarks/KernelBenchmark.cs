using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>The three products of training over the shapes of real networks.</summary>
internal static class KernelBenchmark
{
    private const double OperationsPerMeasurement = 6e8;

    public static void Run(int rounds)
    {
        var figures = new Medians();
        figures.Add("peak", () => MultiplyAddPeak.Measure(threads: 1));
        foreach (ProductShape shape in ProductShape.OfLayers.Concat(ProductShape.AllForms((1, 784, 256))))
        {
            Action multiply = EngineProduct.Create(shape);
            figures.Add(shape.ToString(), () => OperationsPerSecond(shape.Operations, multiply));
        }

        figures.Measure(rounds);
        double peak = figures.Results.First().Median;
        Medians.WriteLine($"{"one thread",-24} {"GFLOP/s",8} {"of peak",8}");
        foreach ((string name, double median, _, _) in figures.Results)
            Medians.WriteLine($"{name,-24} {median / 1e9,8:0.0} {median / peak,8:0%}");
    }

    private static double OperationsPerSecond(double operations, Action multiply)
    {
        int repetitions = (int)Math.Max(1, OperationsPerMeasurement / operations);
        return repetitions * operations / Timing.SecondsOf(multiply, repetitions);
    }
}
