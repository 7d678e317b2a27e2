namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>How a parameter lies in memory.</summary>
public enum SlotLayout
{
    /// <summary>Row after row, each padded to whole strips.</summary>
    RowMajor,

    /// <summary>Strip after strip of 16 columns, as the matrix product reads them.</summary>
    Panels,
}
