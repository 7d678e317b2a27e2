namespace MLNet.DeepExt.Data;

/// <summary>What rows are read for.</summary>
/// <param name="Name">What messages call them.</param>
/// <param name="NeedsTwoClasses">Whether rows of a single class are of no use.</param>
/// <param name="Inputs">What messages call the vector that is read beside the label.</param>
/// <param name="WithoutLabel">What messages say of rows that are left out for their label.</param>
internal sealed record DataPurpose(
    string Name, bool NeedsTwoClasses, string Inputs = "features", string WithoutLabel = "without a label")
{
    /// <summary>Rows to learn from.</summary>
    public static DataPurpose Training { get; } = new("training data", NeedsTwoClasses: true);

    /// <summary>Rows to compare models by.</summary>
    public static DataPurpose Validation { get; } = new("validation data", NeedsTwoClasses: false);

    /// <summary>Scored rows to judge a model by.</summary>
    public static DataPurpose Evaluation { get; } = new("scored data", NeedsTwoClasses: false, Inputs: "scores");

    /// <summary>Scored rows that are each of a class, to judge a model by.</summary>
    public static DataPurpose ClassEvaluation { get; } = Evaluation with { WithoutLabel = "without a label that the model knows" };
}
