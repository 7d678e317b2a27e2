using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Of which columns scored rows are judged.</summary>
public sealed class EvaluationOptions
{
    /// <summary>The column of labels.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The column of scores.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The column of probabilities.</summary>
    public string ProbabilityColumnName { get; set; } = "Probability";

    /// <summary>The column of what is said.</summary>
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>The column of weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>What labels weigh.</summary>
    public LabelWeights ClassWeights { get; set; } = LabelWeights.None;

    internal EvaluationOptions Copy() => (EvaluationOptions)MemberwiseClone();

    internal string? FindFault() => null;
}
