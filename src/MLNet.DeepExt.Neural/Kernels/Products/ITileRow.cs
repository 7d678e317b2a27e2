using System.Numerics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// Consecutive columns of one row of a matrix product while it is computed, in as many vector registers as suit the
/// processor. Implemented by structs, one for each width of register, so that one tile loop is compiled for each.
/// </summary>
internal interface ITileRow<TSelf, T>
    where TSelf : struct, ITileRow<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Columns in it: a whole strip, or half of one.</summary>
    static abstract int Columns { get; }

    /// <summary>The most rows of a tile whose sums and operands the registers hold.</summary>
    static abstract int MaximumRows { get; }

    static abstract TSelf Load(ref T source);

    /// <summary>
    /// Adds a·b to every column, b being one row of the right matrix. A reference, so that the number is spread while it is loaded.
    /// </summary>
    void AddProduct(ref T a, TSelf b);

    static abstract TSelf Add(TSelf a, TSelf b);

    static abstract void Store(TSelf value, ref T destination);
}
