namespace MLNet.DeepExt.Neural.Data;

/// <summary>The factors of row weights by class; 1 by default.</summary>
/// <param name="factors">(classes): the factor of each class; later classes have 1.</param>
internal readonly struct ClassFactors(float[] factors)
{
    /// <summary>True if every class has the factor 1.</summary>
    public bool AreNone => factors is null;

    /// <summary>The factor of a class.</summary>
    public float Of(int label) => factors is not null && label < factors.Length ? factors[label] : 1;
}
