namespace MLNet.DeepExt.Neural.Data;

/// <summary>What the weights of rows are multiplied by, by their class; 1 by default.</summary>
/// <param name="factors">(classes): a factor for each; those after the last have 1.</param>
internal readonly struct ClassFactors(float[] factors)
{
    /// <summary>Whether no class has a factor of its own.</summary>
    public bool AreNone => factors is null;

    /// <summary>The factor of a class.</summary>
    public float Of(int label) => factors is not null && label < factors.Length ? factors[label] : 1;
}
