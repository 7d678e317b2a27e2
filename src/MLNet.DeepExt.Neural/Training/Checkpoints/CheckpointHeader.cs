using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The content of a checkpoint except for long vectors of numbers.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The identity of the training: by name, everything on which its result depends.</summary>
    public required IReadOnlyDictionary<string, string> Training { get; init; }

    /// <summary>The number of steps so far.</summary>
    public required long Steps { get; init; }

    /// <summary>The number of updates of each network so far; null if every network has one in every step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Updates { get; init; }

    /// <summary>The epoch of the best weights; 0 if there is none.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>The epochs before these, which are in the <see cref="EpochLog"/>; null for none, as in every file of version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EpochLogEnd? Earlier { get; init; }

    /// <summary>The finished epochs.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The position within the current epoch.</summary>
    public required EpochPosition Position { get; init; }

    /// <summary>The constant prediction so far; null in files of 0.1.0, after which it is computed in the next epoch.</summary>
    public ConstantSums? Constant { get; init; }
}
