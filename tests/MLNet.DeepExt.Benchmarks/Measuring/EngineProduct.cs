using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>The engine's own matrix products, on memory laid out as a network lays it out: weights in panels, rows padded.</summary>
internal static class EngineProduct
{
    /// <summary>A call that computes the product once, over random numbers.</summary>
    public static Action Create(ProductShape shape)
    {
        (int rows, int inputs, int units) = (shape.Rows, shape.Inputs, shape.Units);
        DenseBlock<float> x = Block(rows, inputs), y = Block(rows, units);
        Memory<float> weights = AlignedMemory.Allocate<float>(Panels.Length(inputs, units));
        Memory<float> transposed = AlignedMemory.Allocate<float>(Panels.Length(units, inputs));
        return shape.Form switch
        {
            ProductForm.Outputs => () =>
                Gemm.Multiply<float>(rows, inputs, units, x.Data, x.Stride, weights.Span, default, y.Data, y.Stride),
            ProductForm.InputGradient => () =>
                Gemm.Multiply<float>(rows, units, inputs, y.Data, y.Stride, transposed.Span, default, x.Data, x.Stride),
            _ => () => Gemm.MultiplyTransposed<float>(
                rows, inputs, units, x.Data, x.Stride, y.Data, y.Stride, weights.Span, accumulate: false),
        };
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
