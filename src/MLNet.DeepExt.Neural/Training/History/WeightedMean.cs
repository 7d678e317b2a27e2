namespace MLNet.DeepExt.Neural.Training;

/// <summary>Accumulates Σ w·x / Σ w.</summary>
internal struct WeightedMean
{
    private double _sum;
    private double _weights;

    public readonly double Value => _sum / _weights;

    public void Add(double value, double weight)
    {
        _sum += weight * value;
        _weights += weight;
    }
}
