namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>An increasing function of one number: z = (x - centre)·factor, then z, or z / √(1 + (z/3)²).</summary>
/// <param name="Centre">What gives 0.</param>
/// <param name="Factor">The slope at the centre, at least 0.</param>
/// <param name="HasSmoothClip">Whether z is bent, so that it stays within ±3.</param>
internal readonly record struct ColumnFunction(double Centre, double Factor, bool HasSmoothClip)
{
    /// <summary>Where outputs end that are bent.</summary>
    public const double Limit = 3;

    /// <summary>Its value, in double precision.</summary>
    public double Of(double x)
    {
        double z = (x - Centre) * Factor;
        return HasSmoothClip ? z / Math.Sqrt(1 + z / Limit * (z / Limit)) : z;
    }
}
