namespace MLNet.DeepExt.Splits;

/// <summary>The parts that rows go to, in the order in which they count.</summary>
internal enum SplitPart : byte
{
    /// <summary>Rows to learn from.</summary>
    Train,

    /// <summary>Rows of the distribution of those that are learned from, set aside.</summary>
    TrainDev,

    /// <summary>Rows to choose models by.</summary>
    Dev,

    /// <summary>Rows to judge the chosen model by.</summary>
    Test,
}
