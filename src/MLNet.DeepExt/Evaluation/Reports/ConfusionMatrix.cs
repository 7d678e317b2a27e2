using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How much of each class is predicted as which class: a row for each true class, a column for each predicted one.</summary>
public sealed class ConfusionMatrix
{
    private const int MostPrinted = 50; // classes in a table
    private const int MostConfusions = 20;

    private readonly double[,] _cells;
    private readonly bool _areShares;

    /// <param name="classNames">(classes).</param>
    /// <param name="cells">(classes, classes), with one more column if predictions may be none of the classes: it keeps them.</param>
    /// <param name="areShares">Whether they are shares of a line or a column.</param>
    internal ConfusionMatrix(IReadOnlyList<string> classNames, double[,] cells, bool areShares = false)
    {
        ClassNames = classNames;
        _cells = cells;
        _areShares = areShares;
    }

    /// <summary>(classes): what they are called.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The sum of the weights of the rows of one class that are predicted as a class; or its share.</summary>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <param name="predicted">The class that is predicted, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double this[int label, int predicted] => _cells[label, Class(predicted)];

    /// <summary>
    /// The sum of the weights of the rows of a class whose prediction is none of the classes, such as a name that the labels do not have; or
    /// its share.
    /// </summary>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public double OtherWeight(int label) => _cells.GetLength(1) > ClassNames.Count ? _cells[label, ClassNames.Count] : 0;

    /// <summary>Each weight as a share of those of the true class: the diagonal is the recall. NaN for a class without rows.</summary>
    public ConfusionMatrix NormalizedByLabel()
    {
        double[] sums = [.. Enumerable.Range(0, ClassNames.Count).Select(LabelWeight)];
        return Normalized((label, _) => sums[label]);
    }

    /// <summary>
    /// Each weight as a share of those of the predicted class: the diagonal is the precision. NaN for a class that is never predicted.
    /// </summary>
    public ConfusionMatrix NormalizedByPrediction()
    {
        double[] sums = [.. Enumerable.Range(0, _cells.GetLength(1)).Select(SumPredicted)];
        return Normalized((_, predicted) => sums[predicted]);
    }

    /// <summary>The sum of the weights of the rows that are of a class.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public double LabelWeight(int label) => Enumerable.Range(0, _cells.GetLength(1)).Sum(predicted => _cells[label, predicted]);

    /// <summary>The sum of the weights of the rows that are predicted as a class.</summary>
    /// <param name="predicted">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double PredictedWeight(int predicted) => SumPredicted(Class(predicted));

    /// <summary>
    /// A table with a line for each class that is true and a column for each that is predicted, and one for what is none of them, if any. Of
    /// more than 50 classes, for which a table is too wide to read, the 20 largest confusions, a line for each, or that there are none.
    /// </summary>
    public override string ToString() => ClassNames.Count > MostPrinted ? LargestConfusions() : Table();

    private string Table()
    {
        int count = ClassNames.Count, columns = Enumerable.Range(0, count).Any(label => OtherWeight(label) > 0) ? count + 1 : count;
        var texts = new string[count + 1, columns + 1];
        texts[0, 0] = "true \\ predicted";
        if (columns > count)
            texts[0, columns] = "(other)";
        for (int i = 0; i < count; i++)
        {
            texts[i + 1, 0] = texts[0, i + 1] = ClassNames[i];
            for (int j = 0; j < columns; j++)
                texts[i + 1, j + 1] = _areShares ? Figures.OfShare(_cells[i, j]) : Figures.OfWeight(_cells[i, j]);
        }

        int[] widths = [.. Enumerable.Range(0, columns + 1).Select(column => WidthOf(texts, column))];
        var text = new StringBuilder();
        for (int i = 0; i <= count; i++)
        {
            var line = new StringBuilder(texts[i, 0].PadRight(widths[0]));
            for (int j = 1; j <= columns; j++)
                line.Append("  ").Append(texts[i, j].PadLeft(widths[j]));
            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.ToString();
    }

    private string LargestConfusions()
    {
        int classes = ClassNames.Count, columns = _cells.GetLength(1);
        (int Label, int Predicted, double Weight)[] found = [.. Enumerable.Range(0, classes)
            .SelectMany(label => Enumerable.Range(0, columns).Select(predicted => (label, predicted, Weight: _cells[label, predicted])))
            .Where(cell => cell.label != cell.predicted && cell.Weight > 0)
            .OrderByDescending(cell => cell.Weight).Take(MostConfusions)];
        if (found.Length == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{classes} classes, no confusions{Environment.NewLine}");
        var texts = new string[found.Length + 1, 3];
        (texts[0, 0], texts[0, 1], texts[0, 2]) = ("true", "predicted", _areShares ? "share" : "weight");
        foreach ((int line, (int label, int predicted, double weight)) in found.Index())
        {
            texts[line + 1, 0] = ClassNames[label];
            texts[line + 1, 1] = predicted < classes ? ClassNames[predicted] : "(other)";
            texts[line + 1, 2] = _areShares ? Figures.OfShare(weight) : Figures.OfWeight(weight);
        }

        int[] widths = [.. Enumerable.Range(0, 3).Select(column => WidthOf(texts, column))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{classes} classes, the largest confusions:");
        for (int line = 0; line <= found.Length; line++)
        {
            text.AppendLine(
                $"{texts[line, 0].PadRight(widths[0])}  {texts[line, 1].PadRight(widths[1])}  {texts[line, 2].PadLeft(widths[2])}");
        }

        return text.ToString();
    }

    private static int WidthOf(string[,] texts, int column) =>
        Enumerable.Range(0, texts.GetLength(0)).Max(line => texts[line, column].Length);

    private int Class(int predicted) => predicted < ClassNames.Count
        ? predicted
        : throw new ArgumentOutOfRangeException(nameof(predicted), string.Create(
            CultureInfo.InvariantCulture,
            $"There is no class {predicted}: there are {ClassNames.Count}, counted from 0; OtherWeight says what is none of them."));

    private double SumPredicted(int predicted) => Enumerable.Range(0, ClassNames.Count).Sum(label => _cells[label, predicted]);

    private ConfusionMatrix Normalized(Func<int, int, double> sum)
    {
        var shares = new double[ClassNames.Count, _cells.GetLength(1)];
        for (int i = 0; i < ClassNames.Count; i++)
        {
            for (int j = 0; j < shares.GetLength(1); j++)
                shares[i, j] = _cells[i, j] / sum(i, j);
        }

        return new ConfusionMatrix(ClassNames, shares, areShares: true);
    }
}
