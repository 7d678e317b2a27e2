namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Where the output columns of a scored row find the network's outputs for it.</summary>
internal interface IScoreSource
{
    /// <summary>The outputs for the current row: (outputs), valid until the next row.</summary>
    ReadOnlySpan<float> Scores { get; }
}
