namespace MLNet.DeepExt.Evaluation;

/// <summary>Sums the weights of rows by their true and their predicted class.</summary>
internal sealed class ConfusionFold(ScoredColumns columns) : ScoredFold
{
    /// <summary>(classes, predicted classes): the sums; the last predicted class may stand for none of the classes.</summary>
    public double[,] Cells { get; } = new double[columns.Classes!.Count, columns.PredictedCount];

    public override void Add(ScoredBlock block)
    {
        for (int row = 0; row < block.Count; row++)
            Cells[block.Classes[row], block.PredictedClasses[row]] += block.Weights[row];
    }
}
