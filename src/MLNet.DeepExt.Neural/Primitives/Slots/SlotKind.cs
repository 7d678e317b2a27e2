namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>The role of a parameter.</summary>
public enum SlotKind
{
    /// <summary>A matrix that multiplies inputs.</summary>
    Weight,

    /// <summary>A vector that is added.</summary>
    Bias,

    /// <summary>A vector that multiplies column by column.</summary>
    Scale,

    /// <summary>A statistic that training records and no optimizer changes.</summary>
    Buffer,
}
