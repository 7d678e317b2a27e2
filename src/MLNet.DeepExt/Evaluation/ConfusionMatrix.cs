using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How much of each class is said to be of which: in a line what is true, in a column what is predicted.</summary>
public sealed class ConfusionMatrix
{
    private readonly double[,] _cells;
    private readonly bool _areShares;

    /// <param name="classNames">(classes).</param>
    /// <param name="cells">(classes, classes): it keeps them.</param>
    /// <param name="areShares">Whether they are shares of a line or a column.</param>
    internal ConfusionMatrix(IReadOnlyList<string> classNames, double[,] cells, bool areShares = false)
    {
        ClassNames = classNames;
        _cells = cells;
        _areShares = areShares;
    }

    /// <summary>(classes): what they are called.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The sum of the weights of the rows that are of a class and said to be of one; or its share.</summary>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <param name="predicted">The class that is predicted, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public double this[int label, int predicted] => _cells[label, predicted];

    /// <summary>Each weight as a share of those that are of the class: the diagonal is the recall. NaN for a class without rows.</summary>
    public ConfusionMatrix NormalizedByLabel() => Normalized((label, _) => LabelWeight(label));

    /// <summary>
    /// Each weight as a share of those that are said to be of the class: the diagonal is the precision. NaN for a class that is never said.
    /// </summary>
    public ConfusionMatrix NormalizedByPrediction() => Normalized((_, predicted) => PredictedWeight(predicted));

    /// <summary>The sum of the weights of the rows that are of a class.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public double LabelWeight(int label) => Enumerable.Range(0, ClassNames.Count).Sum(predicted => _cells[label, predicted]);

    /// <summary>The sum of the weights of the rows that are said to be of a class.</summary>
    /// <param name="predicted">The class, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public double PredictedWeight(int predicted) => Enumerable.Range(0, ClassNames.Count).Sum(label => _cells[label, predicted]);

    /// <summary>A table with a line for each class that is true and a column for each that is predicted.</summary>
    public override string ToString()
    {
        int count = ClassNames.Count;
        var texts = new string[count + 1, count + 1];
        texts[0, 0] = "true \\ said";
        for (int i = 0; i < count; i++)
        {
            texts[i + 1, 0] = texts[0, i + 1] = ClassNames[i];
            for (int j = 0; j < count; j++)
                texts[i + 1, j + 1] = _areShares ? _cells[i, j].ToString("0.0000", CultureInfo.InvariantCulture) : Figures.OfWeight(_cells[i, j]);
        }

        var text = new StringBuilder();
        for (int i = 0; i <= count; i++)
        {
            var line = new StringBuilder(texts[i, 0].PadRight(WidthOf(texts, 0)));
            for (int j = 1; j <= count; j++)
                line.Append("  ").Append(texts[i, j].PadLeft(WidthOf(texts, j)));
            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.ToString();
    }

    private static int WidthOf(string[,] texts, int column) =>
        Enumerable.Range(0, texts.GetLength(0)).Max(line => texts[line, column].Length);

    private ConfusionMatrix Normalized(Func<int, int, double> sum)
    {
        var shares = new double[ClassNames.Count, ClassNames.Count];
        for (int i = 0; i < ClassNames.Count; i++)
        {
            for (int j = 0; j < ClassNames.Count; j++)
                shares[i, j] = _cells[i, j] / sum(i, j);
        }

        return new ConfusionMatrix(ClassNames, shares, areShares: true);
    }
}
