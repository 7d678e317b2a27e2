namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Work that all workers of a team run in parallel.</summary>
public interface ITeamWork
{
    /// <summary>Runs the share of one worker.</summary>
    /// <param name="worker">The worker; <see cref="Worker.Share(int, int)"/> is its share.</param>
    void Run(Worker worker);
}
