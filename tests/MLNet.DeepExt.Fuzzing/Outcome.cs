namespace MLNet.DeepExt.Fuzzing;

/// <summary>What came of a damaged file.</summary>
internal enum Outcome
{
    /// <summary>It was refused, with a message.</summary>
    Refused,

    /// <summary>It was loaded and predicts what the whole file predicts.</summary>
    Same,

    /// <summary>It was loaded, its checksum says that it is meant so, and it predicts something.</summary>
    Another,
}
