using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A checkpoint as a file: one <see cref="ChecksummedBlock"/> with a <see cref="CheckpointHeader"/> as JSON, then one for each run of
/// numbers, in a fixed order, row-major.
/// </summary>
internal static class CheckpointFile
{
    /// <summary>The version of the format that is written, and the only one that is read.</summary>
    public const int Version = 1;

    private static readonly JsonTypeInfo<CheckpointHeader> Header = new CheckpointContext(new JsonSerializerOptions
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    }).CheckpointHeader;

    /// <summary>Replaces the file by a new one, at once: who reads it finds the one or the other, whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, CheckpointHeader header, IReadOnlyList<SlotVector> vectors)
    {
        string temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            ChecksummedBlock.Write(stream, JsonSerializer.SerializeToUtf8Bytes(header, Header));
            foreach (SlotVector vector in vectors)
            {
                var bytes = new byte[checked((int)SlotNumbers.LengthOf(vector.Slots))];
                SlotNumbers.Write(vector.Slots, vector.Values.Span, bytes);
                ChecksummedBlock.Write(stream, bytes);
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file, and the vectors that its header calls for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vectorsOf">Says where the numbers go; nothing is written before all of them have been read.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or none of ours.</exception>
    public static CheckpointHeader Read(string path, Func<CheckpointHeader, IReadOnlyList<SlotVector>> vectorsOf)
    {
        using FileStream stream = File.OpenRead(path);
        CheckpointHeader header = ParseHeader(ChecksummedBlock.Read(stream));
        IReadOnlyList<SlotVector> vectors = vectorsOf(header);
        byte[][] blocks = [.. vectors.Select(_ => ChecksummedBlock.Read(stream))];
        foreach ((SlotVector vector, byte[] block) in vectors.Zip(blocks))
        {
            long wanted = SlotNumbers.LengthOf(vector.Slots);
            if (block.Length != wanted)
                throw new InvalidDataException($"A block of the file should hold {wanted} bytes but holds {block.Length}.");
        }

        foreach ((SlotVector vector, byte[] block) in vectors.Zip(blocks))
            SlotNumbers.Read(vector.Slots, block, vector.Values.Span);
        return header;
    }

    // As a training made it; what the file leaves out is null.
    private static EpochRecord AsRecorded(EpochRecord epoch) => epoch with
    {
        ValidationMetrics = epoch.ValidationMetrics is { } metrics ? new MetricValues(metrics) : MetricValues.Empty,
        Norms = epoch.Norms ?? [],
    };

    private static CheckpointHeader ParseHeader(byte[] json)
    {
        try
        {
            CheckpointHeader header = JsonSerializer.Deserialize(json, Header)
                ?? throw new InvalidDataException("The header of the file is empty.");
            return header.Version == Version
                ? header with { Epochs = [.. header.Epochs.Select(AsRecorded)] }
                : throw new InvalidDataException($"The file has version {header.Version} but this library reads {Version}.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"The header of the file is not valid: {exception.Message}", exception);
        }
    }
}
