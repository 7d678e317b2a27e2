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

    /// <summary>Elements of working memory that a matrix takes.</summary>
    public static long ScratchLength(int rows, int columns)
    {
        (long wide, long square, long panels) = Lengths(Math.Min(rows, columns), Math.Max(rows, columns));
        return 2 * wide + 2 * square + panels;
    }

    /// <summary>Replaces a matrix by the one that it is brought near to. Zeros stay zeros.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="matrix">(rows, columns), row-major.</param>
    /// <param name="scratch">Working memory, as long as <see cref="ScratchLength"/>, of any content.</param>
    public static void Approach<T>(int rows, int columns, Span<T> matrix, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double square = 0;
        foreach (T value in matrix)
            square += double.CreateTruncating(value) * double.CreateTruncating(value);
        T factor = T.CreateTruncating(1 / (Math.Sqrt(square) + 1e-7));

        // The side of A is the shorter one.
        (int n, int m) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var memory = new Iteration<T>(n, m, scratch);
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

    // X (n, m) and its successor, A and A² (n, n), rows padded to whole strips, and the panels of the right factor of a product.
    private static (long Wide, long Square, long Panels) Lengths(long n, long m) =>
        (n * Lanes.Pad(m), n * Lanes.Pad(n), Math.Max(m * Lanes.Pad(n), n * Lanes.Pad(m)));

    /// <summary>The matrices of the iteration, X (n, m) and squares (n, n).</summary>
    private readonly ref struct Iteration<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _n, _m;
        private readonly int _stride; // of squares
        private readonly Span<T> _next, _a, _squared, _panels;

        /// <param name="n">The shorter side.</param>
        /// <param name="m">The longer side.</param>
        /// <param name="scratch">As long as <see cref="ScratchLength"/>, of any content.</param>
        public Iteration(int n, int m, Span<T> scratch)
        {
            int wide = checked(n * Lanes.Pad(m)), square = n * Lanes.Pad(n);
            (_n, _m) = (n, m);
            _stride = Lanes.Pad(n);
            WideStride = Lanes.Pad(m);
            X = scratch[..wide];
            _next = scratch.Slice(wide, wide);
            _a = scratch.Slice(2 * wide, square);
            _squared = scratch.Slice(2 * wide + square, square);
            _panels = scratch[(2 * wide + 2 * square)..];
            X.Clear();
        }

        public int WideStride { get; }

        public Span<T> X { get; }

        // A = X·Xᵀ, A², then X = a·X + (b·A + c·A²)·X.
        public void Iterate(T a, T b, T c)
        {
            Pack(_m, _n, X, 1, WideStride);
            Gemm.Multiply<T>(_n, _m, _n, X, WideStride, _panels, default, _a, _stride);
            Pack(_n, _n, _a, _stride, 1);
            Gemm.Multiply<T>(_n, _n, _n, _a, _stride, _panels, default, _squared, _stride);
            for (int i = 0; i < _squared.Length; i++)
                _squared[i] = b * _a[i] + c * _squared[i];
            Pack(_n, _m, X, WideStride, 1);
            Gemm.Multiply<T>(_n, _n, _m, _squared, _stride, _panels, default, _next, WideStride);
            for (int i = 0; i < X.Length; i++)
                X[i] = a * X[i] + _next[i];
        }

        // Element (i, j) stands at i·rowStep + j·columnStep.
        private void Pack(int rows, int columns, ReadOnlySpan<T> source, int rowStep, int columnStep)
        {
            _panels[..Panels.Length(rows, columns)].Clear();
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    _panels[Panels.IndexOf(rows, i, j)] = source[i * rowStep + j * columnStep];
            }
        }
    }
}
