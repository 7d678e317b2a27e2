namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>An increasing function of one number: z = (x - centre)·factor, then z, or z / √(1 + (z/3)²).</summary>
/// <param name="Centre">The number that is mapped to 0.</param>
/// <param name="Factor">The slope at the centre, at least 0.</param>
/// <param name="HasSmoothClip">True if z is smoothly limited to ±3.</param>
internal readonly record struct ColumnFunction(double Centre, double Factor, bool HasSmoothClip)
{
    /// <summary>The limit of outputs with a smooth clip.</summary>
    public const double Limit = 3;

    /// <summary>Returns the value in double precision.</summary>
    public double Of(double x)
    {
        double z = (x - Centre) * Factor;
        return HasSmoothClip ? z / Math.Sqrt(1 + z / Limit * (z / Limit)) : z;
    }
}
