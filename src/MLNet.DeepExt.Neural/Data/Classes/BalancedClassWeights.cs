namespace MLNet.DeepExt.Neural.Data;

/// <summary>The implementation of <see cref="ClassWeights.Balanced"/>.</summary>
internal sealed record BalancedClassWeights : ClassWeights
{
    internal override ClassFactors Given => default;

    internal override ClassFactors For(ReadOnlySpan<int> rowsOfClass)
    {
        long rows = 0;
        int classes = 0;
        foreach (int count in rowsOfClass)
        {
            rows += count;
            classes += count > 0 ? 1 : 0;
        }

        var factors = new float[rowsOfClass.Length];
        for (int label = 0; label < factors.Length; label++)
            factors[label] = rowsOfClass[label] == 0 ? 1 : (float)(rows / ((double)classes * rowsOfClass[label]));
        return new ClassFactors(factors);
    }

    internal override void Validate(TargetCheck check)
    {
        // Any classes are valid.
    }
}
