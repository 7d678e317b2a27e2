using System.Text.Json.Serialization;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>Ours beside a peer, in one case: one result in the file for programs.</summary>
internal sealed record Comparison
{
    /// <summary>What was measured, as docs/BENCHMARKS.md lists it.</summary>
    public required string Case { get; init; }

    /// <summary>Threads that each may use.</summary>
    public required int Threads { get; init; }

    /// <summary>A median, in seconds unless the case says otherwise; null where the case is a summary, or could not be measured.</summary>
    public double? Ours { get; init; }

    /// <summary>A median, in seconds unless the case says otherwise; null where the case is a summary, or could not be measured.</summary>
    public double? Peer { get; init; }

    [JsonPropertyName("peer_name")]
    public required string PeerName { get; init; }

    /// <summary>Of two times, peer / ours: above 1, ours is faster. The other way round beside what the machine can do.</summary>
    public double? Ratio { get; init; }

    /// <summary>Why there is no figure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The least ratio of a single round.</summary>
    [JsonIgnore]
    public double? LeastRatio { get; init; }

    /// <summary>The greatest ratio of a single round.</summary>
    [JsonIgnore]
    public double? GreatestRatio { get; init; }

    /// <summary>Whether it is about matrix products, one or all.</summary>
    [JsonIgnore]
    public bool IsProduct => Case.StartsWith(Job.Products, StringComparison.Ordinal);

    /// <summary>Every case with every peer, and a summary of the matrix products.</summary>
    public static IReadOnlyList<Comparison> Of(IEnumerable<Contest> contests, Measurements measurements)
    {
        List<Comparison> all =
        [
            .. from contest in contests
               from peer in contest.Peers
               from name in contest.Cases
               select Of(contest, peer, name, measurements),
        ];
        Comparison[] products = [.. all.Where(comparison => comparison.IsProduct && comparison.Ratio is not null)];
        if (products.Length > 0)
        {
            all.Add(Summary(products[0], $"{Job.Products}-median", Medians.Of(products.Select(product => product.Ratio!.Value))));
            all.Add(Summary(products[0], $"{Job.Products}-worst", products.Min(product => product.Ratio!.Value)));
        }

        return all;
    }

    private static Comparison Of(Contest contest, string peer, string name, Measurements measurements)
    {
        double? ours = measurements.MedianOf(contest, contest.Ours, name), theirs = measurements.MedianOf(contest, peer, name);
        IReadOnlyList<double> ourValues = measurements.ValuesOf(contest, contest.Ours, name);
        double[] ratios = [.. measurements.ValuesOf(contest, peer, name).Zip(ourValues, (a, b) => a / b)];
        return new Comparison
        {
            Case = name,
            Threads = contest.Threads,
            Ours = ours,
            Peer = theirs,
            PeerName = measurements.NameOf(contest, peer),
            Ratio = theirs / ours,
            LeastRatio = ratios.Length == 0 ? null : ratios.Min(),
            GreatestRatio = ratios.Length == 0 ? null : ratios.Max(),
            Reason = measurements.FailureOf(contest, contest.Ours) ?? measurements.FailureOf(contest, peer),
        };
    }

    private static Comparison Summary(Comparison like, string name, double ratio) =>
        new() { Case = name, Threads = like.Threads, PeerName = like.PeerName, Ratio = ratio };
}
