using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What a checkpoint holds beside long runs of numbers.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>Which training wrote it: by name, everything that its result depends on.</summary>
    public required IReadOnlyDictionary<string, string> Training { get; init; }

    /// <summary>Steps so far.</summary>
    public required long Steps { get; init; }

    /// <summary>Updates of each network so far; null where every network has one in every step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Updates { get; init; }

    /// <summary>The epoch whose weights are kept; 0 if none are.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>How many epochs before these are in the <see cref="EpochLog"/>; null for none, as in every file of version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EpochLogEnd? Earlier { get; init; }

    /// <summary>The epochs that are over.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>How far the one after them has come.</summary>
    public required EpochPosition Position { get; init; }

    /// <summary>The constant prediction, as far as it is known; null in files of 0.1.0, after which it is gathered in the next epoch.</summary>
    public ConstantSums? Constant { get; init; }
}
