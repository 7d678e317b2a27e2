using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using MLNet.DeepExt.Benchmarks.Compare;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>How well networks learn real data with the options that they have by themselves.</summary>
internal static class QualityCommand
{
    private static readonly string Names = string.Join(", ", QualitySet.All.Select(set => set.Name));

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = $"The folder that has the sets, each in a folder of its own, its files as published, plain or as .gz: {Names}.",
        Required = true,
    };

    private static readonly Option<string?> Json = new("--json") { Description = "A file for all results, as a list of objects." };

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "Trainings of each trainer on each set, with the seeds 1, 2 and so on; the median is taken.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these: {Names}",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> Validate = new("--validate")
    {
        Description = "Judges by a fifth of the training data, another one for each seed, and leaves the test data alone: "
            + "to choose options.",
    };

    private static readonly Option<SplitKind> Split = new("--split")
    {
        Description = "Which rows are the test data of a set without a test file: Own, a fifth of every class, drawn by this program; or "
            + "Sklearn, the fifth that scikit-learn draws with random_state 0.",
    };

    private static readonly Option<NetworkPreset[]> Presets = new("--preset")
    {
        Description = "The presets that networks of tables have, each for itself. Default Balanced.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [NetworkPreset.Balanced],
    };

    private static readonly Option<string[]> Without = new("--without")
    {
        Description = "Ingredients of the presets to leave out, each for itself, beside the whole: "
            + string.Join(", ", NetworkOptions.IngredientNames) + ".",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> NoTrees = new("--no-trees") { Description = "Leaves out LightGBM and FastTree." };

    public static Command Create()
    {
        Without.AcceptOnlyFromAmong([.. NetworkOptions.IngredientNames]);
        var command = new Command("quality", "What the networks reach on real data beside boosted trees.")
        {
            Data, Json, Seeds, Only, Validate, Split, Presets, Without, NoTrees,
        };
        command.Validators.Add(Check);
        command.SetAction(Run);
        return command;
    }

    // Before anything is trained, because what can only fail afterwards costs minutes.
    private static void Check(CommandResult arguments)
    {
        foreach (string name in (arguments.GetValue(Only) ?? []).Where(name => QualitySet.All.All(set => set.Name != name)))
            arguments.AddError($"--only names '{name}', which is not a set; choose from {Names}.");
        if (arguments.GetResult(Data) is { Tokens: [{ Value: string folder }] } && QualitySet.All.All(set => !set.IsIn(folder)))
            arguments.AddError($"--data names the folder '{folder}', which has none of the sets in folders named {Names}.");
        if (arguments.GetResult(Seeds) is { Tokens: [{ Value: string text }] } && int.TryParse(text, out int seeds) && seeds < 1)
            arguments.AddError($"--seeds must be 1 or more but is {seeds}; leave it out for 3.");
        if (arguments.GetValue(Json) is { } json && OutputFile.Objection("--json", json) is { } objection)
            arguments.AddError(objection);
    }

    private static int Run(ParseResult arguments)
    {
        string[] only = arguments.GetValue(Only) ?? [];
        QualitySet[] sets = [.. QualitySet.All.Where(set => only.Length == 0 || only.Contains(set.Name))];
        var measurement = new QualityMeasurement(
            arguments.GetValue(Data)!, arguments.GetValue(Seeds), arguments.GetValue(Split), arguments.GetValue(Validate));
        string?[] without = [null, .. arguments.GetValue(Without) ?? []];
        NetworkOptions[] options =
            [.. arguments.GetValue(Presets)!.SelectMany(_ => without, (preset, ingredient) => new NetworkOptions(preset, ingredient))];

        Console.WriteLine(QualityTable.Header);
        QualityRow[] ours =
            [.. sets.SelectMany(set => options.Take(set.IsTable ? options.Length : 1), (set, each) => Print(measurement.Network(set, each)))];
        Func<QualitySet, QualityRow>[] trees = arguments.GetValue(NoTrees) ? [] : [measurement.LightGbm, measurement.FastTree];
        QualityRow[] reference = [.. sets.Where(set => set.IsTable).SelectMany(_ => trees, (set, measure) => Print(measure(set)))];
        if (arguments.GetValue(Json) is { } json)
            File.WriteAllText(json, JsonSerializer.Serialize(ours.Concat(reference), Format) + "\n");
        return ours.Any(row => row.Reason is not null) ? 1 : 0;
    }

    private static QualityRow Print(QualityRow row)
    {
        Console.WriteLine(QualityTable.LineOf(row));
        return row;
    }
}
