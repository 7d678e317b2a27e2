namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>What a symmetry check found in one layer.</summary>
/// <param name="Name">The layer, such as <c>0.dense</c>.</param>
/// <param name="Units">How many units it has.</param>
/// <param name="Copies">The groups of units that are copies of one another, each with the numbers of its units, counted from 0.</param>
public sealed record SymmetryPart(string Name, int Units, IReadOnlyList<IReadOnlyList<int>> Copies)
{
    /// <summary>How many different units there are: with copies the layer can do no more than one with so many.</summary>
    public int DistinctUnits => Units - Copies.Sum(group => group.Count - 1);
}
