using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Search;

/// <summary>How often a parameter is somewhere on its scale, which goes from 0 to 1.</summary>
internal abstract class UnitDensity
{
    /// <summary>A place drawn from it.</summary>
    /// <param name="random">The random numbers of this draw.</param>
    public abstract double Draw(CounterRandom random);

    /// <summary>The density at a place, above 0; of values that can be counted, the mass of the one at the place.</summary>
    /// <param name="unit">In [0, 1].</param>
    public abstract double At(double unit);
}
