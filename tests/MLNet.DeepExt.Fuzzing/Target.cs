namespace MLNet.DeepExt.Fuzzing;

/// <summary>What is fuzzed.</summary>
internal abstract class Target
{
    /// <summary>What it is called.</summary>
    public abstract string Name { get; }

    /// <summary>A damaged file, of which one can say from a number alone what it is.</summary>
    /// <param name="number">The number of the case.</param>
    /// <param name="isSealed">Whether its checksum is right.</param>
    public abstract byte[] Create(long number, out bool isSealed);

    /// <summary>Loads it, and says what came of it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isSealed">Whether its checksum is right, so that it may be another model.</param>
    /// <exception cref="FindingException">It did what it must not do.</exception>
    public abstract Outcome Try(byte[] file, bool isSealed);
}
