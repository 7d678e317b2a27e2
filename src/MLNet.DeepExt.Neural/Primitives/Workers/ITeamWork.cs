namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Work that all workers of a team run side by side.</summary>
public interface ITeamWork
{
    /// <summary>Does the share of one worker.</summary>
    /// <param name="worker">Which worker; <see cref="Worker.Share(int, int)"/> is its share.</param>
    void Run(Worker worker);
}
