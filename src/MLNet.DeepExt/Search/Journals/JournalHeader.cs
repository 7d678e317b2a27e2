using System.Collections.ObjectModel;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>The first line of a journal: which search it is of.</summary>
internal sealed record JournalHeader
{
    /// <summary>
    /// The version of the format that is written; it and those before it are read. Lines of the first two were written without checksums, and
    /// version 1 has no contents and orders of rows.
    /// </summary>
    public const int CurrentVersion = 3;

    /// <summary>The first version of which every line has a checksum.</summary>
    public const int FirstWithChecks = 3;

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The seed of the search.</summary>
    public required int Seed { get; init; }

    /// <summary>By name, everything else that decides which trials there are and what they come to, as far as it can be known.</summary>
    public required IReadOnlyDictionary<string, string> Search { get; init; }

    /// <summary>How many rows there are, by the name of the data, where it is known.</summary>
    public IReadOnlyDictionary<string, long> Rows
    {
        get => field ?? ReadOnlyDictionary<string, long>.Empty; // null: of a file that has none
        init;
    }

    /// <summary>Texts that tell the rows from others whatever their order, by the name of the data; empty in version 1.</summary>
    public IReadOnlyDictionary<string, string> Contents
    {
        get => field ?? ReadOnlyDictionary<string, string>.Empty;
        init;
    }

    /// <summary>Texts that tell the order of the rows from others, by the name of the data; empty in version 1.</summary>
    public IReadOnlyDictionary<string, string> Orders
    {
        get => field ?? ReadOnlyDictionary<string, string>.Empty;
        init;
    }

    /// <summary>How <paramref name="wanted"/> differs, as a part of a sentence; null if it does not.</summary>
    public string? FindDifference(JournalHeader wanted, int? wantedSeed)
    {
        if (wantedSeed is { } seed && seed != Seed)
            return FormattableString.Invariant($"its seed is {Seed} but here it is {seed}");
        foreach (string name in wanted.Search.Keys.Union(Search.Keys))
        {
            string here = wanted.Search.GetValueOrDefault(name, "not known"), there = Search.GetValueOrDefault(name, "not known");
            if (here != there)
                return $"its {name} is {there} but here it is {here}";
        }

        // One that is not known may be known the next time, of the same data.
        foreach ((string name, long here) in wanted.Rows)
        {
            if (Rows.TryGetValue(name, out long there) && there != here)
                return FormattableString.Invariant($"it has {there} {name} rows but here there are {here}");
        }

        foreach ((string name, string here) in wanted.Contents)
        {
            if (Contents.TryGetValue(name, out string? there) && there != here)
                return FormattableString.Invariant($"its {Rows.GetValueOrDefault(name)} {name} rows have other values than those here");
        }

        foreach ((string name, string here) in wanted.Orders)
        {
            if (Orders.TryGetValue(name, out string? there) && there != here)
            {
                return $"its {name} rows came in another order than here, and the order decides what is learned "
                    + "(give a seed to the MLContext, the split or the shuffle that orders them)";
            }
        }

        return null;
    }
}
