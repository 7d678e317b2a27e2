using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>One measuring of a <see cref="Metric"/>: rows are added in their order, by one thread.</summary>
/// <remarks>
/// Outputs that are no numbers are never right nor wrong: from the first row that has one, nothing is known of the rows, whatever the
/// metric.
/// </remarks>
internal abstract class Measurement
{
    private bool _isUnknown;

    /// <summary>What the rows so far come to; NaN where they are too few to say, or an output was NaN.</summary>
    public double Value => _isUnknown ? double.NaN : ValueOfRows;

    /// <summary>What the rows so far come to; NaN where they are too few to say.</summary>
    protected abstract double ValueOfRows { get; }

    /// <summary>What the rows so far come to for one class, of those that the value puts together; NaN where they are too few to say.</summary>
    /// <param name="index">Which class or label.</param>
    /// <exception cref="InvalidOperationException">It is not of several classes.</exception>
    public double OfClass(int index) => _isUnknown ? double.NaN : OfClassOfRows(index)
        ?? throw new InvalidOperationException("The metric has no figure for each class; measure one such as AreaUnderRocCurve, without Class.");

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _isUnknown = false;
        ClearRows();
    }

    /// <summary>How many numbers stand for a row of numbers; 0 where nothing less than the row does.</summary>
    public virtual int CondensedLength => 0;

    /// <summary>Writes what stands for a row whose outputs are numbers: (<see cref="CondensedLength"/>).</summary>
    public virtual void Condense(ReadOnlySpan<float> outputs, Target<float> target, int row, Span<double> condensed) =>
        throw new NotSupportedException("Nothing less than the row stands for it.");

    /// <summary>Adds a row by what stands for it: as <see cref="Add"/> does, to the last bit.</summary>
    public virtual void AddCondensed(ReadOnlySpan<double> condensed, double weight) =>
        throw new NotSupportedException("Nothing less than the row stands for it.");

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">
    /// (outputs): what the network says, as the loss gives it out: probabilities, or numbers in the target's units.
    /// </param>
    /// <param name="target">What it should say.</param>
    /// <param name="row">Which row of the target.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    public void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (HasNaN(outputs))
            _isUnknown = true;
        else
            AddRow(outputs, target, row, weight);
    }

    /// <summary>The figure of a class; NaN where the rows are too few to say, and null where there is none for each class.</summary>
    /// <param name="index">Which class or label.</param>
    protected virtual double? OfClassOfRows(int index) => null;

    /// <summary>Forgets all rows.</summary>
    protected abstract void ClearRows();

    /// <summary>Adds a row whose outputs are numbers; the parameters are those of <see cref="Add"/>.</summary>
    protected abstract void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight);

    private static bool HasNaN(ReadOnlySpan<float> outputs)
    {
        foreach (float output in outputs)
        {
            if (float.IsNaN(output))
                return true;
        }

        return false;
    }
}
