using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>What one layer sees of one batch: its place in the workspace and in the parameters.</summary>
/// <remarks>
/// In a layer that computes every element alone, y may be the memory of x, and dx that of dy; otherwise no two are the same.
/// Forward a layer reads x and writes y; backward it reads dy, and of x and y what it says it reads, and writes dx; besides
/// these it writes nothing but its memo, its buffers and its gradient.
/// </remarks>
internal readonly ref struct Pass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ForwardMode Mode { get; init; }

    public int Rows { get; init; }

    /// <summary>Inputs: (rows, xStride). Empty where they are sparse.</summary>
    public ReadOnlySpan<T> X { get; init; }

    /// <summary>Inputs whose zeros are left out; only a first layer may get them. Null where they are dense.</summary>
    public SparseBlock<T>? SparseX { get; init; }

    /// <summary>The entries of <see cref="SparseX"/> by input, which the gradient of the weights is summed over.</summary>
    public TouchedInputs<T>? Touched { get; init; }

    public int XStride { get; init; }

    /// <summary>Outputs: (rows, yStride).</summary>
    public Span<T> Y { get; init; }

    public int YStride { get; init; }

    /// <summary>∂J/∂x: (rows, xStride). Empty if not requested.</summary>
    public Span<T> DX { get; init; }

    /// <summary>∂J/∂y: (rows, yStride), its padding 0.</summary>
    public Span<T> DY { get; init; }

    /// <summary>What the layer keeps from forward to backward: as long as it asked for.</summary>
    public Span<T> Memo { get; init; }

    /// <summary>All parameters of the network.</summary>
    public ReadOnlySpan<T> Parameters { get; init; }

    /// <summary>The weight matrices of the network transposed, as far as going backward reads them. Null at prediction.</summary>
    public TransposedWeights<T>? Transposed { get; init; }

    /// <summary>All running statistics of the network.</summary>
    public Span<T> Buffers { get; init; }

    /// <summary>What dropout draws its mask from: a function of seed and step.</summary>
    public CounterRandom Random { get; init; }
}
