namespace MLNet.DeepExt.Transforms;

/// <summary>What <see cref="NormalizeInputsEstimator"/> learns one set of statistics of.</summary>
public enum NormalizationScope
{
    /// <summary>Each slot of a column by itself: slots that are numbers of different kinds.</summary>
    Slot,

    /// <summary>
    /// All slots of a column together, the categorical ones left out: slots that are of one kind, such as the pixels of a picture, whose
    /// differences of brightness from place to place are kept.
    /// </summary>
    Column,
}
