namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>How a figure of one class against all others becomes a figure of several classes or labels.</summary>
public enum Averaging
{
    /// <summary>The mean of the figures of all classes, so that a rare one counts as much as a frequent one.</summary>
    Macro,

    /// <summary>One figure of the rows of all classes together.</summary>
    Micro,

    /// <summary>The figure of class 1 alone, of two classes, or of a single label.</summary>
    Binary,

    /// <summary>The mean of the figures of all classes, each counting by the weight of the rows that are of it.</summary>
    Weighted,

    /// <summary>The lowest figure of all classes that any row is of: a floor under every class.</summary>
    Worst,

    /// <summary>
    /// What suits the rows: <see cref="Binary"/> of two classes or of a single label, and else <see cref="Macro"/>. The default.
    /// </summary>
    Automatic,
}
