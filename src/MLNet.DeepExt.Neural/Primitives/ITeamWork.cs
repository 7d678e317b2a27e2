namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Work that all workers of a team run side by side.</summary>
internal interface ITeamWork
{
    /// <summary>Does the share of <paramref name="worker"/>.</summary>
    void Run(Worker worker);
}
