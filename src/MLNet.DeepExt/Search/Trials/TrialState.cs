namespace MLNet.DeepExt.Search;

/// <summary>How far a trial of a search has come.</summary>
public enum TrialState
{
    /// <summary>It has not come to figures: it was cancelled, or another process is at it.</summary>
    Unfinished,

    /// <summary>It was trained for a part of the epochs, and left there for better ones.</summary>
    StoppedEarly,

    /// <summary>It was trained to its end.</summary>
    Finished,

    /// <summary>It threw, or its figure was NaN; where that was after a rung, it keeps the figures of the last one that it reached.</summary>
    Failed,
}
