using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The confusion counts of each class or label, as sums of weights: true positives, false positives and false negatives.
/// </summary>
/// <param name="outputs">The number of outputs of a row.</param>
/// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
internal sealed class DecisionCounts(int outputs, int targetWidth)
{
    private readonly double[] _truePositives = new double[ClassesOf(outputs, targetWidth)];
    private readonly double[] _falsePositives = new double[ClassesOf(outputs, targetWidth)];
    private readonly double[] _falseNegatives = new double[ClassesOf(outputs, targetWidth)];
    private readonly bool[] _known = new bool[ClassesOf(outputs, targetWidth)]; // labels that are not missing in some row

    /// <summary>True if no row with a target has been added.</summary>
    public bool IsEmpty => Weights == 0;

    /// <summary>The number of classes or labels.</summary>
    public int Count => _truePositives.Length;

    /// <summary>The total weight of all rows; a row with labels counts once for each label that is not missing.</summary>
    public double Weights { get; private set; }

    /// <summary>The weight of the true positives of each class: (classes).</summary>
    public ReadOnlySpan<double> TruePositives => _truePositives;

    /// <summary>The weight of the false positives of each class: (classes).</summary>
    public ReadOnlySpan<double> FalsePositives => _falsePositives;

    /// <summary>The weight of the false negatives of each class: (classes).</summary>
    public ReadOnlySpan<double> FalseNegatives => _falseNegatives;

    /// <summary>Returns the number of classes (two for a single output) or labels.</summary>
    public static int ClassesOf(int outputs, int targetWidth) => targetWidth == 0 ? Math.Max(2, outputs) : outputs;

    /// <summary>Returns the weight of the rows predicted as a class.</summary>
    public double Predicted(int index) => _truePositives[index] + _falsePositives[index];

    /// <summary>Returns the weight of the rows of a class.</summary>
    public double True(int index) => _truePositives[index] + _falseNegatives[index];

    /// <summary>True if any row has, or is predicted as, a class; for a label, if it is not missing in some row.</summary>
    public bool IsKnown(int index) => targetWidth == 0 ? Predicted(index) + _falseNegatives[index] > 0 : _known[index];

    /// <summary>True if a label is not missing in some row; always true for a class.</summary>
    public bool IsDefined(int index) => targetWidth == 0 || _known[index];

    public void Clear()
    {
        _truePositives.AsSpan().Clear();
        _falsePositives.AsSpan().Clear();
        _falseNegatives.AsSpan().Clear();
        _known.AsSpan().Clear();
        Weights = 0;
    }

    /// <summary>Adds a row; the parameters are those of <see cref="Measurement.Add"/>.</summary>
    public void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (targetWidth == 0)
            Add(Decision.ClassOf(outputs), target.Classes[row], weight);
        else
            AddLabels(outputs, target.Values!.Row(row), weight);
    }

    /// <summary>Adds a row with a true class.</summary>
    /// <param name="predicted">The predicted class.</param>
    /// <param name="label">The true class.</param>
    /// <param name="weight">The weight of the row.</param>
    public void Add(int predicted, int label, double weight)
    {
        Weights += weight;
        if (predicted == label)
        {
            _truePositives[label] += weight;
            return;
        }

        _falsePositives[predicted] += weight;
        _falseNegatives[label] += weight;
    }

    private void AddLabels(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight)
    {
        for (int j = 0; j < targets.Length; j++)
        {
            if (float.IsNaN(targets[j]))
                continue;
            Weights += weight;
            _known[j] = true;
            bool isSaid = Decision.IsYes(outputs[j]), isYes = Decision.IsYes(targets[j]);
            if (isSaid && isYes)
                _truePositives[j] += weight;
            else if (isSaid)
                _falsePositives[j] += weight;
            else if (isYes)
                _falseNegatives[j] += weight;
        }
    }
}
