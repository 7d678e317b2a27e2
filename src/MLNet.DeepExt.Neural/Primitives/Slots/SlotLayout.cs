namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>The memory layout of a parameter.</summary>
public enum SlotLayout
{
    /// <summary>Row-major, with each row padded to whole strips.</summary>
    RowMajor,

    /// <summary>Panels: strips of 16 columns, in the order in which the matrix product reads them.</summary>
    Panels,
}
