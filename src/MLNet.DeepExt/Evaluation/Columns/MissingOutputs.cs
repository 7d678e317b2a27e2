namespace MLNet.DeepExt.Evaluation;

/// <summary>Why there are no outputs of a kind, and which option names their column.</summary>
internal static class MissingOutputs
{
    /// <summary>The reason and the remedy, to follow "cannot be measured:".</summary>
    public static string Describe(ScoredColumns columns, OutputKind kind, EvaluationOptions options)
    {
        if (columns.AreNumbers && kind != OutputKind.Numbers)
            return "it is of classes or labels but the labels are numbers; measure a metric of numbers";
        string probabilities = EvaluationOptions.Absence(nameof(options.ProbabilityColumnName), options.ProbabilityColumnName);
        if (kind == OutputKind.Probabilities)
        {
            string calibrate = columns.Task == ScoredTask.Binary
                ? "calibrate the model with one of ml.BinaryClassification.Calibrators, or "
                : "";
            return $"it needs probabilities but {probabilities}; {calibrate}set ProbabilityColumnName to the column of probabilities";
        }

        if (kind == OutputKind.Decisions)
        {
            return $"it needs predicted labels but {probabilities}, and no column has a Boolean for each label; set ProbabilityColumnName or " +
                "PredictedLabelColumnName to such a column";
        }

        return $"it needs scores but {EvaluationOptions.Absence(nameof(options.ScoreColumnName), options.ScoreColumnName)}; " +
            "set ScoreColumnName to the column of scores";
    }
}
