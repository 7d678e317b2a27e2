using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>What one layer sees of one batch: its place in the workspace and in the parameters.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// In a layer that computes every element alone, y may be the memory of x, and dx that of dy; otherwise no two are the same.
/// Forward a layer reads x and writes y; backward it reads dy, and of x and y what it says it reads, and writes dx; besides
/// these it writes nothing but its memo, its buffers and its gradient.
/// </remarks>
public readonly ref struct Pass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the pass is for. To a frozen layer it is always a prediction.</summary>
    public ForwardMode Mode { get; internal init; }

    /// <summary>Lines of outputs: rows, times members where there are any.</summary>
    public int Rows { get; internal init; }

    /// <summary>Inputs: (lines, xStride). Empty where they are sparse.</summary>
    public ReadOnlySpan<T> X { get; internal init; }

    /// <summary>Inputs whose zeros are left out; only a first layer may get them. Null where they are dense.</summary>
    public SparseBlock<T>? SparseX { get; internal init; }

    /// <summary>The entries of <see cref="SparseX"/> by input, which the gradient of the weights is summed over.</summary>
    internal TouchedInputs<T>? Touched { get; init; }

    /// <summary>Elements from one line of inputs to the next.</summary>
    public int XStride { get; internal init; }

    /// <summary>What is added to the inputs: (lines, xStride). Empty but where two ways through a network meet.</summary>
    internal ReadOnlySpan<T> Skip { get; init; }

    /// <summary>Outputs: (lines, yStride).</summary>
    public Span<T> Y { get; internal init; }

    /// <summary>Elements from one line of outputs to the next.</summary>
    public int YStride { get; internal init; }

    /// <summary>∂J/∂x: (lines, xStride). Empty if not requested.</summary>
    public Span<T> DX { get; internal init; }

    /// <summary>∂J/∂y: (lines, yStride), its padding 0.</summary>
    public Span<T> DY { get; internal init; }

    /// <summary>What the layer keeps from forward to backward: as long as it asked for.</summary>
    public Span<T> Memo { get; internal init; }

    /// <summary>All parameters of the network.</summary>
    public ReadOnlySpan<T> Parameters { get; internal init; }

    /// <summary>The weight matrices of the network transposed, as far as going backward reads them. Null at prediction.</summary>
    internal TransposedWeights<T>? Transposed { get; init; }

    /// <summary>All running statistics of the network.</summary>
    public Span<T> Buffers { get; internal init; }

    /// <summary>The factor of the schedule that the layer has, in this step; 1 where it has none, or outside of a training.</summary>
    internal double ScheduleFactor { get; init; }

    /// <summary>What dropout draws its mask from: a function of seed and step.</summary>
    public CounterRandom Random { get; internal init; }
}
