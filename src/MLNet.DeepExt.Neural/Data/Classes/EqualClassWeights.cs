namespace MLNet.DeepExt.Neural.Data;

/// <summary>The implementation of <see cref="ClassWeights.None"/>.</summary>
internal sealed record EqualClassWeights : ClassWeights
{
    internal override ClassFactors Given => default;

    internal override ClassFactors For(ReadOnlySpan<int> rowsOfClass) => default;

    internal override void Validate(TargetCheck check)
    {
        // There are no weights to validate.
    }
}
