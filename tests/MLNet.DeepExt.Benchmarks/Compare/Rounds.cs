using System.Globalization;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>Runs contests: in every round every contender once, one process after the other.</summary>
/// <remarks>
/// A process of its own, because two pools of threads in one process take the cores from one another; in turn, because a
/// machine is faster in some minutes than in others.
/// </remarks>
/// <param name="dataFolder">Where files of real data are; null takes random data.</param>
internal sealed class Rounds(string? dataFolder)
{
    private const int MinutesOfAProcess = 10;

    private readonly Measurements _measurements = new();
    private string _peerProgram = "";

    public Measurements Run(Contest[] contests, int rounds)
    {
        if (contests.Any(contest => contest.Peers.Any(Contest.IsForeign)))
            BuildPeers(contests);
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Contest contest in contests)
            {
                foreach (string contender in contest.ContendersOf(round))
                {
                    if (_measurements.FailureOf(contest, contender) is null)
                        Run(contest, contender, round);
                }
            }
        }

        return _measurements;
    }

    private void BuildPeers(Contest[] contests)
    {
        Console.Error.WriteLine("Building the program of the peers; the first time it downloads 0.5 GB of native libraries.");
        _peerProgram = PeerProgram.Build(out string? failure);
        if (failure is null)
            return;
        Console.Error.WriteLine(failure);
        foreach (Contest contest in contests)
        {
            foreach (string peer in contest.Peers.Where(Contest.IsForeign))
                _measurements.Fail(contest, peer, failure);
        }
    }

    private void Run(Contest contest, string contender, int round)
    {
        Medians.WriteLine(Console.Error, $"round {round}: {contest.Task} {contest.Workload}, threads {contest.Threads}: {contender}");
        string? ended = ChildProcess.Run(ArgumentsOf(contest, contender), MinutesOfAProcess, line =>
        {
            if (Report.Parse(line) is { } report)
                _measurements.Add(contest, contender, report);
        });
        // What it says of itself tells more than how it ended.
        if (ended is not null && _measurements.FailureOf(contest, contender) is null)
            _measurements.Fail(contest, contender, ended);
        if (_measurements.FailureOf(contest, contender) is { } failure)
            Console.Error.WriteLine($"{contender} could not be measured: {failure}");
    }

    private List<string> ArgumentsOf(Contest contest, string contender)
    {
        List<string> arguments =
        [
            Contest.IsForeign(contender) ? _peerProgram : typeof(Rounds).Assembly.Location,
            ContendCommand.Name, contender, contest.Task,
            ContendCommand.Workload.Name, contest.Workload,
            ContendCommand.Threads.Name, contest.Threads.ToString(CultureInfo.InvariantCulture),
        ];
        if (dataFolder is not null)
            arguments.AddRange([ContendCommand.Data.Name, dataFolder]);
        return arguments;
    }
}
