namespace MLNet.DeepExt.Evaluation;

/// <summary>The figures of one class against all others, or an average of those of all classes.</summary>
public sealed record ClassReport
{
    /// <summary>What the class is called, or the average.</summary>
    public required string Name { get; init; }

    /// <summary>TP / (TP + FP): of the rows that are predicted as the class, the share that is of it. 0 if none is.</summary>
    public required double Precision { get; init; }

    /// <summary>TP / (TP + FN): of the rows of the class, the share that is predicted as it. 0 if there is no such row.</summary>
    public required double Recall { get; init; }

    /// <summary>2·TP / (2·TP + FP + FN): the harmonic mean of both.</summary>
    public required double F1 { get; init; }

    /// <summary>The sum of the weights of the rows that are of the class; of all rows for an average.</summary>
    public required double Support { get; init; }

    /// <summary>
    /// The chance that a row of the class has a higher score for it than a row of another; NaN where there is no such row, where there are
    /// no scores, and of an average that it does not have.
    /// </summary>
    public required double AreaUnderRocCurve { get; init; }
}
