using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The running sums of a <see cref="Metric"/> over some rows, which one thread adds in order.
/// </summary>
/// <remarks>
/// A NaN output is neither correct nor wrong: after the first row with a NaN output, the value of every metric is NaN.
/// </remarks>
public abstract class Measurement
{
    private bool _isUnknown;

    /// <summary>The value of the metric over the rows so far; NaN if it is undefined for these rows, or an output was NaN.</summary>
    public double Value => _isUnknown ? double.NaN : ValueOfRows;

    /// <summary>The value of the metric over the rows so far, none of which had a NaN output; NaN if it is undefined for these rows.</summary>
    protected abstract double ValueOfRows { get; }

    /// <summary>Returns the value for one of the classes that the metric averages; NaN if it is undefined for the rows.</summary>
    /// <param name="index">The index of the class or label, from 0.</param>
    /// <exception cref="InvalidOperationException">The metric has no values for classes.</exception>
    public double OfClass(int index) => _isUnknown ? double.NaN : OfClassOfRows(index)
        ?? throw new InvalidOperationException("The metric has no value for each class; use one such as AreaUnderRocCurve, without Class.");

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        _isUnknown = false;
        ClearRows();
    }

    /// <summary>The length of a condensed row, which can be added later. 0 (default) if the metric needs the row itself.</summary>
    public virtual int CondensedLength => 0;

    /// <summary>Condenses a row without NaN outputs. Does not add it.</summary>
    /// <param name="outputs">(outputs): the predictions.</param>
    /// <param name="target">The targets.</param>
    /// <param name="row">The index of the row in the targets.</param>
    /// <param name="condensed">(<see cref="CondensedLength"/>): receives the condensed row.</param>
    /// <exception cref="NotSupportedException"><see cref="CondensedLength"/> is 0.</exception>
    public virtual void Condense(ReadOnlySpan<float> outputs, Target<float> target, int row, Span<double> condensed) =>
        throw new NotSupportedException("The metric cannot condense rows; add the rows themselves.");

    /// <summary>Adds a condensed row. The value equals that after <see cref="Add"/> of the row itself, to the last bit.</summary>
    /// <param name="condensed">(<see cref="CondensedLength"/>): what <see cref="Condense"/> wrote.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    /// <exception cref="NotSupportedException"><see cref="CondensedLength"/> is 0.</exception>
    public virtual void AddCondensed(ReadOnlySpan<double> condensed, double weight) =>
        throw new NotSupportedException("The metric cannot condense rows; add the rows themselves.");

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">
    /// (outputs): the predictions of the network, as the loss returns them: probabilities, or numbers in the target's units.
    /// </param>
    /// <param name="target">The targets.</param>
    /// <param name="row">The index of the row in the targets.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    public void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        if (HasNaN(outputs))
            _isUnknown = true;
        else
            AddRow(outputs, target, row, weight);
    }

    /// <summary>Returns the value for a class; NaN if it is undefined for the rows, null (default) if the metric has no values for classes.</summary>
    /// <param name="index">The index of the class or label, from 0.</param>
    protected virtual double? OfClassOfRows(int index) => null;

    /// <summary>Removes all rows.</summary>
    protected abstract void ClearRows();

    /// <summary>Adds a row without NaN outputs.</summary>
    /// <param name="outputs">(outputs): the predictions of the network, as the loss returns them.</param>
    /// <param name="target">The targets: <see cref="Target{T}.Classes"/> or <see cref="Target{T}.Values"/>.</param>
    /// <param name="row">The index of the row in the targets.</param>
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
