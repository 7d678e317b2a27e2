using System.CommandLine;
using System.Text.Json;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>Measures ours and the peers in turn, round after round, and compares the medians.</summary>
internal static class CompareCommand
{
    private static readonly JsonSerializerOptions JsonFormat = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "A folder with MNIST (train-images-idx3-ubyte.gz, …) and Covertype (covtype.data.gz); what it lacks is random.",
        };
        var json = new Option<string?>("--json") { Description = "A file for the comparisons, as a list of objects." };
        var markdown = new Option<string?>("--markdown")
        {
            Description = "A file for the tables; of one that has the lines <!-- measured --> and <!-- end -->, what is between them.",
        };
        var rounds = new Option<int>("--rounds") { Description = "Processes of every contender in every contest.", DefaultValueFactory = _ => 5 };
        var only = new Option<string[]>("--only")
        {
            Description = "Only these: train, infer, prediction-engine, gemm, fit, hardware; train-a is only workload (a).",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("compare", "Training, prediction and matrix products beside TorchSharp, ONNX Runtime and MKL.")
        {
            data, json, markdown, rounds, only,
        };
        command.SetAction(arguments =>
        {
            string? folder = arguments.GetValue(data) is { } path ? Path.GetFullPath(path) : null;
            Contest[] contests = [.. Contest.All.Where(contest => IsWanted(contest, arguments.GetValue(only) ?? []))];
            return Run(contests, folder, Math.Max(1, arguments.GetValue(rounds)), arguments.GetValue(json), arguments.GetValue(markdown));
        });
        return command;
    }

    private static bool IsWanted(Contest contest, string[] only) =>
        only.Length == 0 || only.Contains(contest.Task) || only.Contains($"{contest.Task}-{contest.Workload}");

    private static int Run(Contest[] contests, string? dataFolder, int rounds, string? jsonFile, string? markdownFile)
    {
        Measurements measurements = new Rounds(dataFolder).Run(contests, rounds);
        IReadOnlyList<Comparison> comparisons = Comparison.Of(contests, measurements);
        string tables = new MarkdownTables(contests, measurements, comparisons).Write(rounds, SourcesOf(dataFolder));
        Console.WriteLine(tables);
        if (markdownFile is not null)
            MarkdownFile.Write(markdownFile, tables);
        if (jsonFile is not null)
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(comparisons, JsonFormat) + "\n");
        return contests.Any(contest => measurements.FailureOf(contest, contest.Ours) is not null) ? 1 : 0;
    }

    private static string SourcesOf(string? dataFolder) =>
        string.Join("; ", Workload.All.Select(workload => $"({workload.Name}) {WorkloadData.Load(workload, dataFolder).Source}"));
}
