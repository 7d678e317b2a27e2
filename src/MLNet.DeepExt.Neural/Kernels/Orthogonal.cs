using System.Buffers;
using System.Numerics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// Brings a matrix near to the orthogonal one that is closest to it: its singular values come near to 1, its singular vectors stay.
/// </summary>
/// <remarks>
/// Five steps of a Newton-Schulz iteration X = a·X + (b·A + c·A²)·X with A = X·Xᵀ, from X = G / ‖G‖, with a, b, c = 3.4445, -4.7750, 2.0315.
/// Singular values end between about 0.7 and 1.2, which is all that an update needs; only products are computed. K. Jordan et al., "Muon: an
/// optimizer for hidden layers in neural networks", 2024.
/// </remarks>
internal static class Orthogonal
{
    private const int Steps = 5;
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Replaces a matrix by the one that it is brought near to. Zeros stay zeros.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="matrix">(rows, columns), row-major.</param>
    public static void Approach<T>(int rows, int columns, Span<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double square = 0;
        foreach (T value in matrix)
            square += double.CreateTruncating(value) * double.CreateTruncating(value);
        T factor = T.CreateTruncating(1 / (Math.Sqrt(square) + 1e-7));

        // The side of A is the shorter one.
        (int n, int m) = rows <= columns ? (rows, columns) : (columns, rows);
        using var memory = new Scratch<T>(n, m);
        (int rowStep, int columnStep) = rows <= columns ? (memory.WideStride, 1) : (1, memory.WideStride);
        Span<T> x = memory.X;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                x[i * rowStep + j * columnStep] = matrix[i * columns + j] * factor;
        }

        for (int step = 0; step < Steps; step++)
            memory.Iterate(T.CreateTruncating(A), T.CreateTruncating(B), T.CreateTruncating(C));
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                matrix[i * columns + j] = x[i * rowStep + j * columnStep];
        }
    }

    /// <summary>The matrices of the iteration, X (n, m) and squares (n, n), their rows padded to whole strips.</summary>
    private readonly struct Scratch<T> : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _n, _m;
        private readonly int _stride; // of squares
        private readonly T[] _x, _next, _a, _squared, _panels;

        public Scratch(int n, int m)
        {
            (_n, _m) = (n, m);
            _stride = Lanes.Pad(n);
            WideStride = Lanes.Pad(m);
            _x = Rent(n * WideStride);
            _next = Rent(n * WideStride);
            _a = Rent(n * _stride);
            _squared = Rent(n * _stride);
            _panels = Rent(Math.Max(Panels.Length(m, n), Panels.Length(n, m)));
        }

        public int WideStride { get; }

        public Span<T> X => _x;

        // A = X·Xᵀ, A², then X = a·X + (b·A + c·A²)·X.
        public void Iterate(T a, T b, T c)
        {
            Pack(_m, _n, _x, 1, WideStride);
            Gemm.Multiply<T>(_n, _m, _n, _x, WideStride, _panels, default, _a, _stride);
            Pack(_n, _n, _a, _stride, 1);
            Gemm.Multiply<T>(_n, _n, _n, _a, _stride, _panels, default, _squared, _stride);
            for (int i = 0; i < _n * _stride; i++)
                _squared[i] = b * _a[i] + c * _squared[i];
            Pack(_n, _m, _x, WideStride, 1);
            Gemm.Multiply<T>(_n, _n, _m, _squared, _stride, _panels, default, _next, WideStride);
            for (int i = 0; i < _n * WideStride; i++)
                _x[i] = a * _x[i] + _next[i];
        }

        public void Dispose()
        {
            ArrayPool<T>.Shared.Return(_x);
            ArrayPool<T>.Shared.Return(_next);
            ArrayPool<T>.Shared.Return(_a);
            ArrayPool<T>.Shared.Return(_squared);
            ArrayPool<T>.Shared.Return(_panels);
        }

        // Element (i, j) stands at i·rowStep + j·columnStep.
        private void Pack(int rows, int columns, ReadOnlySpan<T> source, int rowStep, int columnStep)
        {
            _panels.AsSpan(0, Panels.Length(rows, columns)).Clear();
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    _panels[Panels.IndexOf(rows, i, j)] = source[i * rowStep + j * columnStep];
            }
        }

        private static T[] Rent(int length)
        {
            T[] rented = ArrayPool<T>.Shared.Rent(length);
            rented.AsSpan(0, length).Clear();
            return rented;
        }
    }
}
