using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Tasks;

/// <summary>
/// How well a model answers several questions of yes or no. Unknown answers (NaN) are left out; rows count by their weight
/// where a weight column is given.
/// </summary>
public sealed record MultiLabelClassificationMetrics
{
    /// <summary>The share of rows of which every label is predicted right; 1 is best.</summary>
    public required double SubsetAccuracy { get; init; }

    /// <summary>The share of labels, over all rows, that are predicted wrong; 0 is best.</summary>
    public required double HammingLoss { get; init; }

    /// <summary>F1 = 2·TP / (2·TP + FP + FN) of all labels of all rows together; 1 is best. Frequent labels decide it.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>
    /// The mean over the labels of each one's F1; 1 is best. Every label counts alike, however rare, unless no row has it.
    /// </summary>
    public required double MacroF1 { get; init; }

    /// <summary>
    /// The mean over rows, and over the labels that hold for a row, of the share of labels that hold among those ranked at least as high;
    /// 1 is best. It judges the order of the probabilities alone, not which are above 0.5.
    /// </summary>
    public required double LabelRankingAveragePrecision { get; init; }

    /// <summary>All figures in one line, in every culture alike.</summary>
    public override string ToString() =>
        $"subset accuracy {Figures.Of(SubsetAccuracy)}, Hamming loss {Figures.Of(HammingLoss)}, micro F1 {Figures.Of(MicroF1)}, " +
        $"macro F1 {Figures.Of(MacroF1)}, label ranking average precision {Figures.Of(LabelRankingAveragePrecision)}";
}
