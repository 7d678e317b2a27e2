using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>Measures ours and the peers in turn, round after round, and compares the medians.</summary>
internal static class CompareCommand
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "A folder with MNIST (train-images-idx3-ubyte and train-labels-idx1-ubyte) and Covertype (covtype.data, or a part "
            + "of it as covtype*.data, whose rows are repeated), plain or as .gz, in it or in its direct subfolders; "
            + "what it lacks is random.",
    };

    private static readonly Option<string?> Json = new("--json") { Description = "A file for all results, as a list of objects." };

    private static readonly Option<string?> Markdown = new("--markdown")
    {
        Description = $"A file for the tables: a new one, or one with the lines {MarkdownFile.Beginning} and {MarkdownFile.End}, "
            + "between which they go. Not with --only.",
    };

    private static readonly Option<int> NumberOfRounds = RoundsOption.Create("Processes of every contender in every contest.", usual: 5);

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Only these: " + string.Join(", ", Contest.AllNames),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("compare", "Training, prediction and matrix products beside TorchSharp, ONNX Runtime and MKL.")
        {
            Data, Json, Markdown, NumberOfRounds, Only,
        };
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    // Before anything is measured, because what can only fail afterwards costs a quarter of an hour.
    private static void Validate(CommandResult arguments)
    {
        string[] only = arguments.GetValue(Only) ?? [];
        foreach (string name in only.Where(name => !Contest.AllNames.Contains(name)))
            arguments.AddError($"--only names '{name}', which is not measured; choose from {string.Join(", ", Contest.AllNames)}.");
        if (arguments.GetValue(Data) is { } folder && DataObjection(folder) is { } dataObjection)
            arguments.AddError(dataObjection);
        if (arguments.GetValue(Json) is { } json && OutputFile.Objection("--json", json) is { } jsonObjection)
            arguments.AddError(jsonObjection);
        if (arguments.GetValue(Markdown) is not { } markdown)
            return;
        if (only.Length > 0)
        {
            arguments.AddError(
                $"--markdown replaces all tables of a page, but --only {string.Join(' ', only)} measures a part; leave one of them out.");
        }

        if ((OutputFile.Objection("--markdown", markdown) ?? MarkdownFile.Objection(markdown)) is { } markdownObjection)
            arguments.AddError(markdownObjection);
    }

    private static string? DataObjection(string folder)
    {
        if (!Directory.Exists(folder))
            return $"--data names the folder '{folder}', which does not exist; leave it out to measure on random data.";
        try
        {
            return MnistFiles.AreIn(folder) || CovertypeFile.IsIn(folder)
                ? null
                : $"--data names the folder '{folder}', which has neither MNIST nor Covertype, in it or in its direct subfolders; "
                    + "leave it out to measure on random data.";
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return $"--data names the folder '{folder}', of which a file cannot be read; leave it out to measure on random data. "
                + exception.Message;
        }
    }

    private static int Run(ParseResult arguments)
    {
        string[] only = arguments.GetValue(Only) ?? [];
        string? folder = arguments.GetValue(Data) is { } path ? Path.GetFullPath(path) : null;
        int rounds = arguments.GetValue(NumberOfRounds);
        Contest[] contests = [.. Contest.All.Where(contest => only.Length == 0 || contest.Names.Any(only.Contains))];

        Measurements measurements = new Rounds(folder).Run(contests, rounds);
        IReadOnlyList<Comparison> comparisons = Comparison.Of(contests, measurements), figures = MachineFigures.Of(contests, measurements);
        // Before the page, so that no figure is lost if that cannot be written any more.
        if (arguments.GetValue(Json) is { } json)
            JsonFile.Write(json, comparisons.Concat(figures));
        string tables = new MarkdownTables(contests, measurements, comparisons, figures).Write(rounds);
        Console.WriteLine(tables);
        if (arguments.GetValue(Markdown) is { } markdown)
            MarkdownFile.Write(markdown, tables);
        return contests.Any(contest => measurements.FailureOf(contest, contest.Ours) is not null) ? 1 : 0;
    }
}
