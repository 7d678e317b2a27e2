namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>
/// Mean and variance in one pass, in double precision (B. P. Welford 1962); zeros join as a group of their own (Chan, Golub and LeVeque
/// 1979).
/// </summary>
internal struct Moments : IStatistic
{
    private double _squares; // Σ (x - μ)²

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>σ² = 1/m · Σ (x - μ)².</summary>
    public readonly double Variance => Count == 0 ? 0 : _squares / Count;

    public void Add(float value)
    {
        double difference = value - Mean;
        Mean += difference / ++Count;
        _squares += difference * (value - Mean);
    }

    public void AddZeros(long count)
    {
        if (count == 0)
            return;
        double all = Count + count;
        _squares += Mean * Mean * (Count * (count / all));
        Mean *= Count / all;
        Count += count;
    }
}
