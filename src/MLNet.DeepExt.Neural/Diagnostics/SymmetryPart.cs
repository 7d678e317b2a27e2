namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The result of a symmetry check for one layer.</summary>
/// <param name="Name">The layer, such as <c>0.dense</c>.</param>
/// <param name="Units">The number of units.</param>
/// <param name="Copies">The groups of units that are copies of each other, each with the indices of its units, from 0.</param>
public sealed record SymmetryPart(string Name, int Units, IReadOnlyList<IReadOnlyList<int>> Copies)
{
    /// <summary>The number of different units. With copies, the layer is equivalent to one with this number of units.</summary>
    public int DistinctUnits => Units - Copies.Sum(group => group.Count - 1);
}
