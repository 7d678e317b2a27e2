using System.Diagnostics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>The three products of training over the shapes of real networks.</summary>
internal static class KernelBenchmark
{
    private const double OperationsPerMeasurement = 6e8;

    private static readonly (int Rows, int Inputs, int Units)[] Shapes =
    [
        (64, 16, 64), (128, 128, 128), (128, 784, 256), (128, 256, 128), (128, 128, 10),
        (512, 54, 256), (512, 256, 256), (512, 512, 512), (1024, 1024, 1024), (1, 784, 256),
    ];

    public static void Run(int rounds)
    {
        var figures = new Medians();
        figures.Add("peak", PeakOfOneCore.Measure);
        foreach ((int rows, int inputs, int units) in Shapes)
        {
            DenseBlock<float> x = Block(rows, inputs), y = Block(rows, units);
            Memory<float> weights = AlignedMemory.Allocate<float>(Panels.Length(inputs, units));
            Memory<float> transposed = AlignedMemory.Allocate<float>(Panels.Length(units, inputs));
            string shape = $"{rows}×{inputs}→{units}";
            double operations = 2.0 * rows * inputs * units;
            figures.Add($"X·W    {shape}", () => Time(operations, () =>
                Gemm.Multiply<float>(rows, inputs, units, x.Data, x.Stride, weights.Span, default, y.Data, y.Stride)));
            figures.Add($"dY·Wᵀ  {shape}", () => Time(operations, () =>
                Gemm.Multiply<float>(rows, units, inputs, y.Data, y.Stride, transposed.Span, default, x.Data, x.Stride)));
            figures.Add($"Xᵀ·dY  {shape}", () => Time(operations, () =>
                Gemm.MultiplyTransposed<float>(
                    rows, inputs, units, x.Data, x.Stride, y.Data, y.Stride, weights.Span, accumulate: false)));
        }

        figures.Measure(rounds);
        double peak = figures.Results.First().Median;
        Medians.WriteLine($"{"one thread",-24} {"GFLOP/s",8} {"of peak",8}");
        foreach ((string name, double median, _, _) in figures.Results)
            Medians.WriteLine($"{name,-24} {median,8:0.0} {median / peak,8:0%}");
    }

    private static double Time(double operations, Action multiply)
    {
        int repetitions = (int)Math.Max(1, OperationsPerMeasurement / operations);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
            multiply();
        return repetitions * operations / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static DenseBlock<float> Block(int rows, int width)
    {
        var block = new DenseBlock<float>(rows, width);
        var random = new Random(rows + width);
        for (int row = 0; row < rows; row++)
        {
            foreach (ref float value in block.Row(row))
                value = random.NextSingle() - 0.5f;
        }

        return block;
    }
}
