namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>How the work of a layer is divided between workers: always by outputs, never by parts of a sum.</summary>
public enum Split
{
    /// <summary>As for the layer before it: every element is computed independently.</summary>
    Any,

    /// <summary>Each worker computes all columns of some rows.</summary>
    Rows,

    /// <summary>Each worker computes all rows of some strips of 16 columns. A barrier precedes it.</summary>
    Columns,
}
