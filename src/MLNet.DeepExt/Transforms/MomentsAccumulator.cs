using Microsoft.ML.Data;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Mean and variance of every slot of a column in one pass, in double precision (B. P. Welford 1962). The zeros that a sparse
/// row leaves out are counted, and join at the end as a group of their own (Chan, Golub and LeVeque 1979), so that a sparse
/// row costs what it holds. NaN and infinities are left out.
/// </summary>
internal sealed class MomentsAccumulator(int length)
{
    private readonly long[] _counts = new long[length];
    private readonly long[] _notFinite = new long[length];
    private readonly double[] _means = new double[length];
    private readonly double[] _squares = new double[length]; // Σ (x - μ)²
    private long _rows;

    public void Add(float value)
    {
        _rows++;
        Add(0, value);
    }

    public void Add(in VBuffer<float> row)
    {
        _rows++;
        ReadOnlySpan<float> values = row.GetValues();
        if (row.IsDense)
        {
            for (int slot = 0; slot < values.Length; slot++)
                Add(slot, values[slot]);
            return;
        }

        ReadOnlySpan<int> slots = row.GetIndices();
        for (int i = 0; i < values.Length; i++)
            Add(slots[i], values[i]);
    }

    /// <param name="leftAlone">(slots): those that are to stay as they are, with mean 0 and variance 1.</param>
    public InputMoments Finish(ReadOnlySpan<bool> leftAlone)
    {
        var means = new double[length];
        var variances = new double[length];
        for (int slot = 0; slot < length; slot++)
        {
            if (leftAlone[slot])
            {
                variances[slot] = 1;
                continue;
            }

            long finite = _rows - _notFinite[slot];
            if (finite == 0)
                continue;
            double zeros = finite - _counts[slot];
            means[slot] = _means[slot] * (_counts[slot] / (double)finite);
            variances[slot] = (_squares[slot] + _means[slot] * _means[slot] * (_counts[slot] * zeros / finite)) / finite;
        }

        return new InputMoments(means, variances);
    }

    private void Add(int slot, float value)
    {
        if (!float.IsFinite(value))
        {
            _notFinite[slot]++;
            return;
        }

        double difference = value - _means[slot];
        _means[slot] += difference / ++_counts[slot];
        _squares[slot] += difference * (value - _means[slot]);
    }
}
