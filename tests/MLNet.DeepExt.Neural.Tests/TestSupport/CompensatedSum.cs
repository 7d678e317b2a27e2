namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>
/// A sum of products as if computed in twice double precision: T. Ogita, S. Rump, S. Oishi, "Accurate sum and dot
/// product", 2005, algorithm Dot2. The oracle for sums in float and in double alike.
/// </summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _rest;

    public readonly double Value => _sum + _rest;

    /// <summary>Σ|a||b|, to which error bounds are proportional.</summary>
    public double Magnitude { get; private set; }

    public void Add(double a, double b = 1)
    {
        double product = a * b;
        double lost = Math.FusedMultiplyAdd(a, b, -product);
        double sum = _sum + product;
        double part = sum - _sum;
        _rest += _sum - (sum - part) + (product - part) + lost;
        _sum = sum;
        Magnitude += Math.Abs(product);
    }
}
