using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>
/// The engine's own matrix products over random matrices, on memory laid out as a network lays it out: weights in panels, rows padded.
/// </summary>
internal sealed class EngineProduct
{
    private const double Tolerance = 1e-3;

    private readonly ProductShape _shape;
    private readonly DenseBlock<float> _x, _y; // (rows, inputs), (rows, units)
    private readonly Memory<float> _weights, _transposed; // W and Wᵀ in panels

    private EngineProduct(ProductShape shape)
    {
        _shape = shape;
        var random = new Random(1);
        _x = new DenseBlock<float>(shape.Rows, shape.Inputs);
        _y = new DenseBlock<float>(shape.Rows, shape.Units);
        for (int row = 0; row < shape.Rows; row++)
        {
            RandomNumbers.Fill(_x.Row(row), random);
            RandomNumbers.Fill(_y.Row(row), random);
        }

        var weights = new float[shape.Inputs * shape.Units];
        RandomNumbers.Fill(weights, random);
        _weights = AlignedMemory.Allocate<float>(Panels.Length(shape.Inputs, shape.Units));
        _transposed = AlignedMemory.Allocate<float>(Panels.Length(shape.Units, shape.Inputs));
        Panels.Write<float>(shape.Inputs, shape.Units, weights, _weights.Span);
        Panels.Transpose<float>(shape.Inputs, shape.Units, _weights.Span, _transposed.Span, 0, _weights.Length);
    }

    /// <summary>A call that computes the product once.</summary>
    public static Action Create(ProductShape shape)
    {
        var product = new EngineProduct(shape);
        product.RequireRight();
        return product.Multiply;
    }

    private void Multiply()
    {
        (int rows, int inputs, int units) = (_shape.Rows, _shape.Inputs, _shape.Units);
        if (_shape.Form == ProductForm.Outputs)
            Gemm.Multiply<float>(rows, inputs, units, _x.Data, _x.Stride, _weights.Span, default, _y.Data, _y.Stride);
        else if (_shape.Form == ProductForm.InputGradient)
            Gemm.Multiply<float>(rows, units, inputs, _y.Data, _y.Stride, _transposed.Span, default, _x.Data, _x.Stride);
        else
            Gemm.MultiplyTransposed<float>(rows, inputs, units, _x.Data, _x.Stride, _y.Data, _y.Stride, _weights.Span, accumulate: false);
    }

    // The last element by the definition, so that no mix-up of sizes or of transposes goes unnoticed.
    private void RequireRight()
    {
        int row = _shape.Rows - 1, input = _shape.Inputs - 1, unit = _shape.Units - 1;
        double expected = _shape.Form switch
        {
            ProductForm.Outputs => Sum(_shape.Inputs, k => _x.Row(row)[k] * Weight(k, unit)),
            ProductForm.InputGradient => Sum(_shape.Units, k => _y.Row(row)[k] * Weight(input, k)),
            _ => Sum(_shape.Rows, k => (double)_x.Row(k)[input] * _y.Row(k)[unit]),
        };
        Multiply();
        double actual = _shape.Form switch
        {
            ProductForm.Outputs => _y.Row(row)[unit],
            ProductForm.InputGradient => _x.Row(row)[input],
            _ => Weight(input, unit),
        };
        if (!(Math.Abs(actual - expected) <= Tolerance))
            throw new InvalidOperationException($"the engine's product {_shape} is wrong");
    }

    private double Weight(int input, int unit) => _weights.Span[Panels.IndexOf(_shape.Inputs, input, unit)];

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}
