namespace MLNet.DeepExt.Evaluation;

/// <summary>What rows are scored for.</summary>
internal enum ScoredTask
{
    /// <summary>A yes or no.</summary>
    Binary,

    /// <summary>One of several classes.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>Several questions of yes or no.</summary>
    MultiLabel,

    /// <summary>Several numbers.</summary>
    MultiTarget,
}
