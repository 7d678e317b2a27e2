namespace MLNet.DeepExt.Evaluation;

/// <summary>What a metric reads of a scored row. The first four are those of <see cref="Neural.Metrics.MetricInput"/>.</summary>
internal enum OutputKind
{
    /// <summary>Predicted labels: 1 for the predicted class, or for each label that is predicted to hold, and 0 for the others.</summary>
    Decisions,

    /// <summary>Scores that order rows.</summary>
    Ranking,

    /// <summary>Probabilities.</summary>
    Probabilities,

    /// <summary>Numbers in the units of the targets.</summary>
    Numbers,

    /// <summary>Quantiles of a number, from a column of their own.</summary>
    Quantiles,

    /// <summary>The lower and the upper bound of a number, from columns of their own.</summary>
    Bounds,
}
