namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>How the values of one-against-all classes, or of labels, are averaged.</summary>
public enum Averaging
{
    /// <summary>The mean over all classes. Rare and frequent classes have equal weight.</summary>
    Macro,

    /// <summary>One value computed from the pooled counts of all classes.</summary>
    Micro,

    /// <summary>The value of class 1 of two classes, or of a single label.</summary>
    Binary,

    /// <summary>The mean over all classes, weighted by support (the weight of the rows of the class).</summary>
    Weighted,

    /// <summary>The lowest value of all classes that have rows.</summary>
    Worst,

    /// <summary>
    /// <see cref="Binary"/> for two classes or a single label, otherwise <see cref="Macro"/>. The default.
    /// </summary>
    Automatic,
}
