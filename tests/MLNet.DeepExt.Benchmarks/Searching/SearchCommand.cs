using System.CommandLine;
using MLNet.DeepExt.Benchmarks.Searching.Sets;

namespace MLNet.DeepExt.Benchmarks.Searching;

/// <summary>The command that compares ways to search hyper-parameters.</summary>
internal static class SearchCommand
{
    private static readonly string[] Names = [.. SearchedSet.All.Select(set => set.Name)];

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder of the sets, as for quality; without it, only those that are embedded are searched on.",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these: {string.Join(", ", Names)}",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "Searches of each kind, with the seeds 1, 2 and so on, which divide the rows too; the median is taken.",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create()
    {
        Only.AcceptOnlyFromAmong(Names);
        var command = new Command("search", "How soon ways to search find good hyper-parameters, at the same budget.") { Data, Only, Seeds };
        command.SetAction(arguments => SearchBenchmark.Run(arguments.GetValue(Data), arguments.GetValue(Only) ?? [], arguments.GetValue(Seeds)));
        return command;
    }
}
