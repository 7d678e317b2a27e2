using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>A named part of a network's parameter vector: one weight matrix or one vector.</summary>
/// <param name="Name">What it is called in reports and files, such as <c>0.dense.weight</c>.</param>
/// <param name="Shape">Rows and columns. A vector has one row.</param>
/// <param name="Kind">What it is, which decides whether it is regularized.</param>
/// <param name="Layout">How it lies in memory.</param>
/// <param name="Offset">Where it begins in the parameter vector.</param>
public sealed record Slot(string Name, Shape Shape, SlotKind Kind, SlotLayout Layout, int Offset)
{
    /// <summary>Elements that it takes in the parameter vector, padding included.</summary>
    public int Length => Layout == SlotLayout.Panels
        ? Panels.Length(Shape.Rows, Shape.Columns)
        : checked(Shape.Rows * Lanes.Pad(Shape.Columns));

    /// <summary>What the learning rate of the parameter is multiplied by, beside the rate of its layer; above 0. Default 1.</summary>
    public double RateFactor { get; internal init; } = 1;

    /// <summary>
    /// What decoupled weight decay of the parameter is multiplied by, beside <see cref="RateFactor"/>, which multiplies the step size and with it
    /// the decay; above 0. Default 1. With 1 / <see cref="RateFactor"/> the decay does not depend on that factor.
    /// </summary>
    public double DecayFactor { get; internal init; } = 1;

    /// <summary>The least number that it may hold: 0 for a variance. Default: any finite number.</summary>
    internal float Least { get; init; } = float.MinValue;

    /// <summary>Whether it is a table whose rows are read one by one.</summary>
    internal bool IsTable { get; init; }

    /// <summary>Where the transposed matrix begins in the network's transposed copies, if it has one.</summary>
    internal int TransposedOffset { get; init; }

    /// <summary>Elements that the transposed copy takes, padding included; 0 for a vector and for a table, which have none.</summary>
    internal int TransposedLength => Layout == SlotLayout.Panels && !IsTable ? Panels.Length(Shape.Columns, Shape.Rows) : 0;

    /// <summary>Where element (row, column) stands in the parameter vector.</summary>
    internal int IndexOf(int row, int column) => Offset + (Layout == SlotLayout.Panels
        ? Panels.IndexOf(Shape.Rows, row, column)
        : row * Lanes.Pad(Shape.Columns) + column);

    /// <summary>The part of [from, to) of the parameter vector that belongs to this slot; none if it ends before it begins.</summary>
    internal (int From, int To) Overlap(int from, int to) => (Math.Max(from, Offset), Math.Min(to, Offset + Length));
}
