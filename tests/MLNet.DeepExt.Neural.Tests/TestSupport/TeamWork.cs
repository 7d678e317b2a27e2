using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A piece of work written in place.</summary>
internal sealed class TeamWork(Action<Worker> run) : ITeamWork
{
    public void Run(Worker worker) => run(worker);
}
