using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>A named part of a network's parameter vector, one weight matrix or vector, or of its running statistics.</summary>
/// <param name="Name">The name in reports and files, such as <c>0.dense.weight</c>.</param>
/// <param name="Shape">Rows and columns. A vector has one row.</param>
/// <param name="Kind">The role, which determines whether it is regularized.</param>
/// <param name="Layout">The memory layout.</param>
/// <param name="Offset">The offset in the parameter vector.</param>
public sealed record Slot(string Name, Shape Shape, SlotKind Kind, SlotLayout Layout, int Offset)
{
    /// <summary>The number of elements in the parameter vector, including padding.</summary>
    public int Length => Layout == SlotLayout.Panels
        ? Panels.Length(Shape.Rows, Shape.Columns)
        : checked(Shape.Rows * Lanes.Pad(Shape.Columns));

    /// <summary>The factor of the learning rate of the parameter, in addition to that of its layer; above 0. Default 1.</summary>
    public double RateFactor { get; internal init; } = 1;

    /// <summary>
    /// The factor of decoupled weight decay of the parameter, in addition to <see cref="RateFactor"/>, which multiplies the step size and thereby
    /// the decay; above 0. Default 1. With 1 / <see cref="RateFactor"/> the decay does not depend on that factor.
    /// </summary>
    public double DecayFactor { get; internal init; } = 1;

    /// <summary>The minimum value of its elements: 0 for a variance. Default: any finite number.</summary>
    internal float Least { get; init; } = float.MinValue;

    /// <summary>True for a table whose rows are read individually.</summary>
    internal bool IsTable { get; init; }

    /// <summary>The offset of the transposed matrix in the network's transposed copies, if it has one.</summary>
    internal int TransposedOffset { get; init; }

    /// <summary>The number of elements of the transposed copy, including padding; 0 for a vector and for a table.</summary>
    internal int TransposedLength => Layout == SlotLayout.Panels && !IsTable ? Panels.Length(Shape.Columns, Shape.Rows) : 0;

    /// <summary>Returns the index of element (row, column) in the parameter vector.</summary>
    internal int IndexOf(int row, int column) => Offset + (Layout == SlotLayout.Panels
        ? Panels.IndexOf(Shape.Rows, row, column)
        : row * Lanes.Pad(Shape.Columns) + column);

    /// <summary>The part of [from, to) of the parameter vector that belongs to this parameter; empty if its end is before its start.</summary>
    internal (int From, int To) Overlap(int from, int to) => (Math.Max(from, Offset), Math.Min(to, Offset + Length));
}
