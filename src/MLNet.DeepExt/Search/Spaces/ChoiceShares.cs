using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Search;

/// <summary>
/// How often each value of a choice occurred: of K values, value k has the probability (c_k + w)/(n + K·w), where c_k of the n trials had
/// it and w is what the prior weighs for each value: with less, searches stay with the first value that was good.
/// </summary>
internal sealed class ChoiceShares : UnitDensity
{
    private readonly double[] _shares;

    /// <summary>The shares of values.</summary>
    /// <param name="units">The places of the values that occurred, each in the cell of its value.</param>
    /// <param name="count">K, how many values there are, each with as long a cell.</param>
    /// <param name="priorWeight">w, above 0.</param>
    public ChoiceShares(double[] units, int count, double priorWeight)
    {
        _shares = new double[count];
        foreach (double unit in units)
            _shares[IndexAt(unit)]++;
        double sum = units.Length + count * priorWeight;
        for (int index = 0; index < count; index++)
            _shares[index] = (_shares[index] + priorWeight) / sum;
    }

    /// <inheritdoc/>
    public override double Draw(CounterRandom random)
    {
        double left = random.Uniform(0);
        int index = 0;
        while (index < _shares.Length - 1 && left >= _shares[index])
            left -= _shares[index++];
        return (index + 0.5) / _shares.Length;
    }

    /// <inheritdoc/>
    public override double At(double unit) => _shares[IndexAt(unit)];

    private int IndexAt(double unit) => ChoiceRange.IndexAt(unit, _shares.Length);
}
