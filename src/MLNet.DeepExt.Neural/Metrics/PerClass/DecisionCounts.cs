using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// What was said against what is true, as sums of weights for each class, or each label: all that metrics of decisions need.
/// </summary>
/// <param name="outputs">Outputs of a row.</param>
/// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
internal sealed class DecisionCounts(int outputs, int targetWidth)
{
    private readonly double[] _right = new double[ClassesOf(outputs, targetWidth)];  // yes that are said to be
    private readonly double[] _wrong = new double[ClassesOf(outputs, targetWidth)];  // no that are said to be yes
    private readonly double[] _missed = new double[ClassesOf(outputs, targetWidth)]; // yes that are not said to be
    private readonly bool[] _known = new bool[ClassesOf(outputs, targetWidth)];      // labels that some row has

    /// <summary>Whether no row has been added that has a target.</summary>
    public bool IsEmpty => Weights == 0;

    /// <summary>How many classes or labels there are.</summary>
    public int Count => _right.Length;

    /// <summary>The weights of all rows, of labels once for each label that a row has.</summary>
    public double Weights { get; private set; }

    /// <summary>Rows that are of each class and said to be: (classes).</summary>
    public ReadOnlySpan<double> Right => _right;

    /// <summary>Rows that are not of each class but said to be: (classes).</summary>
    public ReadOnlySpan<double> Wrong => _wrong;

    /// <summary>Rows that are of each class but not said to be: (classes).</summary>
    public ReadOnlySpan<double> Missed => _missed;

    /// <summary>How many classes, of which a single output speaks about two, or labels there are.</summary>
    public static int ClassesOf(int outputs, int targetWidth) => targetWidth == 0 ? Math.Max(2, outputs) : outputs;

    /// <summary>Rows that are said to be of a class.</summary>
    public double Said(int index) => _right[index] + _wrong[index];

    /// <summary>Rows that are of a class.</summary>
    public double True(int index) => _right[index] + _missed[index];

    /// <summary>Whether any row is of a class or said to be, or has a label at all, be it a no.</summary>
    public bool IsKnown(int index) => targetWidth == 0 ? Said(index) + _missed[index] > 0 : _known[index];

    /// <summary>Whether any row says yes or no to it: to a class every row does.</summary>
    public bool IsTold(int index) => targetWidth == 0 || _known[index];

    public void Clear()
    {
        _right.AsSpan().Clear();
        _wrong.AsSpan().Clear();
        _missed.AsSpan().Clear();
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

    /// <summary>Adds a row of a class.</summary>
    /// <param name="said">The class that it is said to be of.</param>
    /// <param name="label">The class that it is of.</param>
    /// <param name="weight">The weight of the row.</param>
    public void Add(int said, int label, double weight)
    {
        Weights += weight;
        if (said == label)
        {
            _right[label] += weight;
            return;
        }

        _wrong[said] += weight;
        _missed[label] += weight;
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
                _right[j] += weight;
            else if (isSaid)
                _wrong[j] += weight;
            else if (isYes)
                _missed[j] += weight;
        }
    }
}
