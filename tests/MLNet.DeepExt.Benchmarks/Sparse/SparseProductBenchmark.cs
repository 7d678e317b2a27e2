using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>The sparse products beside the dense ones, by the share of features that is not 0.</summary>
internal static class SparseProductBenchmark
{
    private const int Rows = 128, Inputs = 2048, Units = 256;

    public static void Run()
    {
        var random = new Random(1);
        DenseBlock<float> written = new(Rows, Inputs), y = new(Rows, Units), dy = new(Rows, Units);
        float[] weights = new float[Inputs * Units], gradient = new float[Inputs * Units];
        RandomNumbers.Fill(written.Data, random);
        RandomNumbers.Fill(dy.Data, random);
        RandomNumbers.Fill(weights, random);
        double forward = Timing.SecondsPerCall(() => Gemm.Multiply<float>(
            Rows, Inputs, Units, written.Data, written.Stride, weights, default, y.Data, y.Stride));
        double backward = Timing.SecondsPerCall(() => Gemm.MultiplyTransposed<float>(
            Rows, Inputs, Units, written.Data, written.Stride, dy.Data, dy.Stride, gradient, accumulate: false));
        foreach (int slots in new[] { 2, 4, 8, 16, 64 })
        {
            SparseBlock<float> x = Block(slots);
            var touched = new TouchedInputs<float>(Inputs);
            double sparseForward = Timing.SecondsPerCall(() => SparseProduct.Multiply<float>(
                Inputs, Units, x.Starts, x.AllColumns, x.AllValues, weights, default, y.Data, y.Stride));
            double sparseBackward = Timing.SecondsPerCall(() => Backward(x, touched, dy, gradient));
            double product = forward / sparseForward, back = backward / sparseBackward;
            Medians.WriteLine($"1 in {slots,2} not 0: sparse product {product,4:0.0} times as fast as dense, gradient {back,4:0.0} times");
        }
    }

    private static void Backward(SparseBlock<float> x, TouchedInputs<float> touched, DenseBlock<float> dy, float[] gradient)
    {
        touched.Read(x);
        for (int column = 0; column < Units; column += Lanes.Strip)
        {
            SparseProduct.MultiplyTransposed<float>(
                touched.Starts, touched.Rows, touched.Values, dy.Data[column..], dy.Stride, gradient.AsSpan(column * Inputs),
                accumulate: false);
        }
    }

    private static SparseBlock<float> Block(int slots)
    {
        var random = new Random(1);
        var block = new SparseBlock<float>(Rows, Inputs);
        for (int row = 0; row < Rows; row++)
        {
            int[] columns = [.. Enumerable.Range(0, Inputs).Where(_ => random.Next(slots) == 0)];
            block.Append(columns, [.. columns.Select(_ => random.NextSingle() - 0.5f)]);
        }

        return block;
    }
}
