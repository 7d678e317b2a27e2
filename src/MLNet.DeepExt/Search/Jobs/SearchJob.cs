namespace MLNet.DeepExt.Search;

/// <summary>A trial that is to be fitted and measured.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">What is tried.</param>
/// <param name="Rung">How far it is to go, counted from 0.</param>
internal sealed record SearchJob(int Trial, TrialParameters Parameters, int Rung)
{
    /// <summary>
    /// What the trial came to at the rung, where only its open criteria are to be measured: it is fitted once more, and no worker claims it. Null
    /// for a trial that begins or goes on.
    /// </summary>
    public RungResult? Known { get; init; }
}
