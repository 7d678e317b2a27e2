using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>The data of one batch for one layer: its spans of the workspace and of the parameters.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// In an elementwise layer, y may share the memory of x, and dx that of dy; otherwise no two spans overlap.
/// In the forward pass a layer reads x and writes y. In the backward pass it reads dy, and x and y if it declares so, and writes dx. In
/// addition it writes only its saved values, its buffers and its gradient.
/// </remarks>
public readonly ref struct Pass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The mode of the pass; always inference for a frozen layer.</summary>
    public ForwardMode Mode { get; internal init; }

    /// <summary>The number of lines of outputs: rows, times members if there are any.</summary>
    public int Rows { get; internal init; }

    /// <summary>Inputs: (lines, xStride). Empty if they are sparse.</summary>
    public ReadOnlySpan<T> X { get; internal init; }

    /// <summary>Sparse inputs, only for a first layer. Null if the inputs are dense.</summary>
    public SparseBlock<T>? SparseX { get; internal init; }

    /// <summary>The entries of <see cref="SparseX"/> by input, over which the gradient of the weights is summed.</summary>
    internal TouchedInputs<T>? Touched { get; init; }

    /// <summary>The line stride of inputs, in elements.</summary>
    public int XStride { get; internal init; }

    /// <summary>The second input: (lines, xStride). Empty for layers with one input.</summary>
    internal ReadOnlySpan<T> Skip { get; init; }

    /// <summary>Outputs: (lines, yStride).</summary>
    public Span<T> Y { get; internal init; }

    /// <summary>The line stride of outputs, in elements.</summary>
    public int YStride { get; internal init; }

    /// <summary>∂J/∂x: (lines, xStride). Empty if not requested.</summary>
    public Span<T> DX { get; internal init; }

    /// <summary>∂J/∂y: (lines, yStride), its padding 0.</summary>
    public Span<T> DY { get; internal init; }

    /// <summary>The values saved for the backward pass, of the length that the layer requested.</summary>
    public Span<T> Memo { get; internal init; }

    /// <summary>All parameters of the network.</summary>
    public ReadOnlySpan<T> Parameters { get; internal init; }

    /// <summary>The weight matrices of the network transposed, as far as the backward pass reads them. Null at prediction.</summary>
    internal TransposedWeights<T>? Transposed { get; init; }

    /// <summary>All running statistics of the network.</summary>
    public Span<T> Buffers { get; internal init; }

    /// <summary>The factor of the layer's schedule in this step; 1 without a schedule, or outside a training.</summary>
    internal double ScheduleFactor { get; init; }

    /// <summary>The random numbers of the dropout mask, which depend on seed and step.</summary>
    public CounterRandom Random { get; internal init; }
}
