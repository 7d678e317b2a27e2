namespace MLNet.DeepExt.Neural.Data;

/// <summary><see cref="ClassWeights.None"/>.</summary>
internal sealed record EqualClassWeights : ClassWeights
{
    internal override ClassFactors Given => default;

    internal override ClassFactors For(ReadOnlySpan<int> rowsOfClass) => default;

    internal override void Validate(TargetCheck check)
    {
        // No class has a weight of its own.
    }
}
