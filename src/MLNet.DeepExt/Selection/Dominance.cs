namespace MLNet.DeepExt.Selection;

/// <summary>What cannot be improved by one criterion without loss by another.</summary>
internal static class Dominance
{
    /// <summary>
    /// Of each row of figures, whether it is on the front: whole, and dominated by no other. Equal rows do not dominate, and figures that
    /// differ by less than their criterion can measure are equal.
    /// </summary>
    /// <param name="criteria">What the figures are of; each counts in its own direction.</param>
    /// <param name="figures">(candidates)(criteria).</param>
    public static bool[] FrontOf(IReadOnlyList<Criterion> criteria, IReadOnlyList<IReadOnlyList<double>> figures) =>
        [.. figures.Select(own => !own.Any(double.IsNaN) && !figures.Any(other => Dominates(criteria, other, own)))];

    private static bool Dominates(IReadOnlyList<Criterion> criteria, IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        bool isBetter = false;
        for (int i = 0; i < criteria.Count; i++)
        {
            double gain = criteria[i].HigherIsBetter ? one[i] - other[i] : other[i] - one[i];
            bool areEqual = criteria[i].AreIndistinct(one[i], other[i]);
            // Of equal infinities the difference is NaN, and so it is where a figure is missing.
            if (!areEqual && !(gain > 0))
                return false;
            isBetter |= !areEqual;
        }

        return isBetter;
    }
}
