using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The sums of a <see cref="Metric"/> over some rows, which are added one by one, in their order, by one thread.
/// </summary>
/// <remarks>
/// An output that is NaN is neither right nor wrong: from the first row that has one, the value is NaN, whatever the metric.
/// </remarks>
public abstract class Measurement
{
    private bool _isUnknown;

    /// <summary>The value of the metric over the rows so far; NaN where they are too few to have one, or an output was NaN.</summary>
    public double Value => _isUnknown ? double.NaN : ValueOfRows;

    /// <summary>The value of the metric over the rows so far, no output of which was NaN; NaN where they are too few to have one.</summary>
    protected abstract double ValueOfRows { get; }

    /// <summary>The value for one class, of those that the metric averages; NaN where the rows are too few to have one.</summary>
    /// <param name="index">Which class or label, counted from 0.</param>
    /// <exception cref="InvalidOperationException">The metric is not of several classes.</exception>
    public double OfClass(int index) => _isUnknown ? double.NaN : OfClassOfRows(index)
        ?? throw new InvalidOperationException("The metric has no figure for each class; measure one such as AreaUnderRocCurve, without Class.");

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _isUnknown = false;
        ClearRows();
    }

    /// <summary>How many numbers a row can be condensed to, to be added later. 0 (default) where the metric needs the row itself.</summary>
    public virtual int CondensedLength => 0;

    /// <summary>Condenses a row without outputs that are NaN, and adds nothing.</summary>
    /// <param name="outputs">(outputs): what was predicted.</param>
    /// <param name="target">What is true.</param>
    /// <param name="row">Which row of the target.</param>
    /// <param name="condensed">(<see cref="CondensedLength"/>): receives the condensed row.</param>
    /// <exception cref="NotSupportedException"><see cref="CondensedLength"/> is 0.</exception>
    public virtual void Condense(ReadOnlySpan<float> outputs, Target<float> target, int row, Span<double> condensed) =>
        throw new NotSupportedException("The metric cannot condense rows; add the rows themselves.");

    /// <summary>Adds a condensed row: the value is that after <see cref="Add"/> of the row itself, to the last bit.</summary>
    /// <param name="condensed">(<see cref="CondensedLength"/>): what <see cref="Condense"/> wrote.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    /// <exception cref="NotSupportedException"><see cref="CondensedLength"/> is 0.</exception>
    public virtual void AddCondensed(ReadOnlySpan<double> condensed, double weight) =>
        throw new NotSupportedException("The metric cannot condense rows; add the rows themselves.");

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">
    /// (outputs): what the network predicts, as the loss gives it out: probabilities, or numbers in the target's units.
    /// </param>
    /// <param name="target">What is true.</param>
    /// <param name="row">Which row of the target.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    public void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (HasNaN(outputs))
            _isUnknown = true;
        else
            AddRow(outputs, target, row, weight);
    }

    /// <summary>The value for a class; NaN where the rows are too few to have one, and null (default) if there is none for each class.</summary>
    /// <param name="index">Which class or label, counted from 0.</param>
    protected virtual double? OfClassOfRows(int index) => null;

    /// <summary>Forgets all rows.</summary>
    protected abstract void ClearRows();

    /// <summary>Adds a row, none of whose outputs is NaN.</summary>
    /// <param name="outputs">(outputs): what the network predicts, as the loss gives it out.</param>
    /// <param name="target">What is true: <see cref="Target{T}.Classes"/> or <see cref="Target{T}.Values"/>.</param>
    /// <param name="row">Which row of the target.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
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
