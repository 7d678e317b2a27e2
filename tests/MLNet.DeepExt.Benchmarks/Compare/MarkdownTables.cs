using System.Globalization;
using System.Text;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>The results as tables in Markdown.</summary>
internal sealed class MarkdownTables(
    Contest[] contests, Measurements measurements, IReadOnlyList<Comparison> comparisons, IReadOnlyList<Comparison> figures)
{
    // What stands where a peer could not be measured; the reason is at the end.
    private const string Nothing = "–";

    private readonly StringBuilder _text = new();

    public string Write(int rounds)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{Machine.Description}.\n");
        _text.Append(CultureInfo.InvariantCulture, $"Medians of {rounds} {(rounds == 1 ? "round" : "rounds")}.{Sources()}\n");
        WriteTimes("Training, an epoch", Job.Train);
        WriteLosses();
        WriteTimes("Prediction", Job.Infer, Job.PredictionEngine);
        WriteProducts();
        WriteTimes("A whole Fit of the ML.NET trainer beside the engine on arrays", Job.Fit);
        WriteAllocations();
        WriteHardware();
        WriteFloors();
        WriteFailures();
        return _text.ToString();
    }

    private void WriteTimes(string title, params string[] tasks)
    {
        string[] cases = [.. contests.Where(contest => tasks.Contains(contest.Task)).SelectMany(contest => contest.Cases).Distinct()];
        Table(
            title, ["case", "threads", "ours", "peer", "its time", "peer ÷ ours", "least to most of a round"],
            from comparison in comparisons
            where cases.Contains(comparison.Case) && comparison.Ours is not null
            select new[]
            {
                comparison.Case, Text($"{comparison.Threads}"), Duration(comparison.Ours), comparison.PeerName, Duration(comparison.Peer),
                Ratio(comparison.Ratio), Range(comparison),
            });
    }

    private void WriteLosses() => Table(
        "Mean loss in the last epoch: both learn the same",
        ["case", "threads", "ours", "peer", "its loss"],
        from contest in contests
        where contest.Task == Job.Train
        from peer in contest.Peers
        let loss = Job.FinalLoss(contest.Workload)
        where measurements.MedianOf(contest, peer, loss) is not null
        select new[]
        {
            contest.Workload, Text($"{contest.Threads}"), Text($"{measurements.MedianOf(contest, contest.Ours, loss):0.0000}"),
            measurements.NameOf(contest, peer), Text($"{measurements.MedianOf(contest, peer, loss):0.0000}"),
        });

    private void WriteProducts()
    {
        Dictionary<string, Comparison> byCase =
            comparisons.Where(comparison => comparison.IsProduct).ToDictionary(comparison => comparison.Case);
        if (byCase.Count == 0)
            return;
        Table(
            $"Matrix products, GFLOP/s of one thread, beside {byCase.Values.First().PeerName}",
            ["product", "ours", "peer", "ours ÷ peer", "least to most of a round"],
            from shape in ProductShape.OfLayers
            let comparison = byCase[shape.Case]
            where comparison.Ours is not null
            select new[]
            {
                shape.ToString(), Rate(shape.Operations / comparison.Ours), Rate(shape.Operations / comparison.Peer),
                Ratio(comparison.Ratio), Range(comparison),
            });
        if (byCase.TryGetValue($"{Job.Products}-median", out Comparison? median)
            && byCase.TryGetValue($"{Job.Products}-worst", out Comparison? worst))
        {
            _text.Append(CultureInfo.InvariantCulture, $"\nMedian {Ratio(median.Ratio)}, worst {Ratio(worst.Ratio)}.\n");
        }
    }

    private void WriteAllocations() => Table(
        "Managed bytes allocated by a step of training, and by a prediction of a row",
        ["case", "threads", "who", "bytes"],
        from contest in contests
        where contest.Task is Job.Train or Job.Infer
        from contender in contest.Contenders
        let name = contest.Task == Job.Train ? contest.Workload : Job.InferenceCase(contest.Workload, 1)
        let bytes = measurements.MedianOf(contest, contender, Job.Allocated(name))
        where bytes is not null
        let who = contender == contest.Ours ? "ours" : measurements.NameOf(contest, contender)
        select new[] { name, Text($"{contest.Threads}"), who, Text($"{bytes:0}") });

    private void WriteHardware()
    {
        Contest[] measured = [.. contests.Where(contest => PeakOf(contest) is not null)];
        Table(
            "What the machine can do", ["threads", "multiply-adds, GFLOP/s", "reading memory, GB/s"],
            measured.Select(contest => new[]
            {
                Text($"{contest.Threads}"), Rate(PeakOf(contest)),
                Text($"{measurements.MedianOf(contest, contest.Ours, HardwareFigures.Bandwidth) / 1e9:0.0}"),
            }));
        WriteSharesOfPeak();
    }

    private void WriteSharesOfPeak()
    {
        var shares = (from shape in ProductShape.OfCubes
                      join figure in figures on shape.PeakCase equals figure.Case
                      where figure.Ratio is not null
                      orderby figure.Ratio
                      select (Shape: shape, Share: figure.Ratio!.Value)).ToArray();
        if (shares.Length == 0)
            return;
        double median = Medians.Of(shares.Select(share => share.Share));
        IEnumerable<string> least = shares.Take(5).Select(share => Text($"{share.Shape} {share.Share:0 %}"));
        _text.Append("\nMatrix products whose m, k and n are 128, 256 or 512 reach, on one thread, ");
        _text.Append(
            CultureInfo.InvariantCulture,
            $"{shares[0].Share:0 %} to {shares[^1].Share:0 %} of that peak; the median is {median:0 %}.\n");
        _text.Append("Least: ").AppendJoin(", ", least).Append(".\n");
    }

    private void WriteFloors() => Table(
        "An epoch beside the least time that its matrix products would take at that peak",
        ["case", "threads", "GFLOP", "floor", "ours", "ours ÷ floor"],
        from workload in Workload.All
        from figure in figures
        where figure.Case == MachineFigures.Floor + workload.Name && figure.Ratio is not null
        select new[]
        {
            workload.Name, Text($"{figure.Threads}"), Text($"{workload.OperationsPerEpoch / 1e9:0.00}"),
            Duration(figure.Peer), Duration(figure.Ours), Ratio(figure.Ratio),
        });

    private string Sources()
    {
        string[] sources = [.. from workload in Workload.All
                               let source = measurements.SourceOf(workload.Name)
                               where source.Length > 0
                               select $"({workload.Name}) {source}"];
        return sources.Length == 0 ? "" : $" Data: {string.Join("; ", sources)}.";
    }

    private void WriteFailures()
    {
        string[] failures =
        [
            .. (from contest in contests
                from contender in contest.Contenders
                let failure = measurements.FailureOf(contest, contender)
                where failure is not null
                select Text($"* {contender}, {contest.Task} {contest.Workload}, threads {contest.Threads}: {failure}")).Distinct(),
        ];
        if (failures.Length > 0)
            _text.Append("\n## What could not be measured\n\n").AppendJoin('\n', failures).Append('\n');
    }

    private double? PeakOf(Contest contest) => measurements.MedianOf(contest, contest.Ours, HardwareFigures.Peak);

    private void Table(string title, string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        _text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        foreach (string[] row in all.Prepend([.. header.Select(_ => "---")]).Prepend(header))
            _text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
    }

    private static string Ratio(double? ratio) => ratio is null ? Nothing : Text($"{ratio:0.00}");

    private static string Range(Comparison comparison) =>
        comparison.Ratio is null ? Nothing : $"{Ratio(comparison.LeastRatio)} to {Ratio(comparison.GreatestRatio)}";

    // In GFLOP/s.
    private static string Rate(double? operationsPerSecond) =>
        operationsPerSecond is null ? Nothing : Text($"{operationsPerSecond / 1e9:0.0}");

    private static string Duration(double? seconds) => seconds switch
    {
        null => Nothing,
        >= 1 => Text($"{seconds:0.00} s"),
        >= 1e-3 => Text($"{seconds * 1e3:0.0} ms"),
        _ => Text($"{seconds * 1e6:0.00} µs"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
