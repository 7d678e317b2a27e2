namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>How a layer's work is shared among workers: always by what it writes, never by parts of a sum.</summary>
public enum Split
{
    /// <summary>As the layer before it: every element is computed alone.</summary>
    Any,

    /// <summary>Each worker has some rows, all columns.</summary>
    Rows,

    /// <summary>Each worker has some strips of 16 columns, all rows. A barrier stands before it.</summary>
    Columns,
}
