using System.Runtime.InteropServices;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Peers.Mkl;

/// <summary>A matrix product by sgemm, over random matrices without padding, row-major as libtorch holds them.</summary>
internal sealed unsafe class MklProduct
{
    private const double Tolerance = 1e-3;
    private const nuint Line = 64;

    // void sgemm_(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    private readonly delegate* unmanaged<
        byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void> _multiply;
    private readonly bool _isTransposedA, _isTransposedB;
    private readonly int _rows, _columns, _depth; // of C: (rows, columns); summed over: depth
    private readonly float* _a, _b, _c;

    public MklProduct(nint library, ProductShape shape)
    {
        _multiply = (delegate* unmanaged<
            byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void>)
            NativeLibrary.GetExport(library, "sgemm_");
        (_rows, _columns, _depth) = shape.Form switch
        {
            ProductForm.Outputs => (shape.Rows, shape.Units, shape.Inputs),
            ProductForm.InputGradient => (shape.Rows, shape.Inputs, shape.Units),
            _ => (shape.Inputs, shape.Units, shape.Rows),
        };
        _isTransposedA = shape.Form == ProductForm.WeightGradient;
        _isTransposedB = shape.Form == ProductForm.InputGradient;
        var random = new Random(1);
        _a = Random(_rows * _depth, random);
        _b = Random(_depth * _columns, random);
        _c = Random(_rows * _columns, random);
        RequireRight(shape);
    }

    public void Multiply()
    {
        // BLAS is column-major: what it sees of a row-major matrix is the transpose, and Cᵀ = Bᵀ·Aᵀ.
        byte first = (byte)(_isTransposedB ? 'T' : 'N'), second = (byte)(_isTransposedA ? 'T' : 'N');
        int rows = _rows, columns = _columns, depth = _depth;
        int strideA = _isTransposedA ? _rows : _depth, strideB = _isTransposedB ? _depth : _columns;
        float one = 1, zero = 0;
        _multiply(&first, &second, &columns, &rows, &depth, &one, _b, &strideB, _a, &strideA, &zero, _c, &columns);
    }

    // The last element by the definition, so that no mix-up of sizes or of transposes goes unnoticed.
    private void RequireRight(ProductShape shape)
    {
        Multiply();
        double expected = 0;
        for (int k = 0; k < _depth; k++)
        {
            float a = _isTransposedA ? _a[k * _rows + _rows - 1] : _a[(_rows - 1) * _depth + k];
            float b = _isTransposedB ? _b[(_columns - 1) * _depth + k] : _b[k * _columns + _columns - 1];
            expected += (double)a * b;
        }

        if (!(Math.Abs(_c[_rows * _columns - 1] - expected) <= Tolerance))
            throw new InvalidOperationException($"its product {shape} is wrong");
    }

    // Never freed: a process measures and ends.
    private static float* Random(int length, Random random)
    {
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Line);
        RandomNumbers.Fill(new Span<float>(memory, length), random);
        return memory;
    }
}
