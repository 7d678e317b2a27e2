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
    private static readonly CheckpointContext Context = new(new JsonSerializerOptions
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    });

    /// <summary>The version of the format that a file needs: 1, or 2 where the first epochs are in an <see cref="EpochLog"/>.</summary>
    public static int VersionFor(EpochLogEnd? earlier) => earlier is null ? 1 : 2;

    /// <summary>
    /// Replaces the file by a new one, at once: a reader finds the one or the other, whole. If that fails, the file is what it was, and nothing
    /// else is left.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, CheckpointHeader header, IReadOnlyList<SlotVector> vectors)
    {
        string temporary = TemporaryOf(path);
        try
        {
            WriteTo(temporary, header, vectors);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteTemporary(path);
            throw;
        }
    }

    /// <summary>Writes, and deletes, the temporary file, which a process that was killed may have left half written.</summary>
    /// <exception cref="IOException">The folder cannot be written to, or the disk is full.</exception>
    public static void RequireWritable(string path)
    {
        try
        {
            using var stream = new FileStream(TemporaryOf(path), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            stream.WriteByte(0);
            stream.Flush(flushToDisk: true);
        }
        finally
        {
            DeleteTemporary(path);
        }
    }

    private static void DeleteTemporary(string path)
    {
        try
        {
            File.Delete(TemporaryOf(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Records of epochs as JSON.</summary>
    public static byte[] SerializeEpochs(IReadOnlyList<EpochRecord> epochs) =>
        JsonSerializer.SerializeToUtf8Bytes(epochs, Context.IReadOnlyListEpochRecord);

    /// <summary>The records that <see cref="SerializeEpochs"/> wrote.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static IEnumerable<EpochRecord> ParseEpochs(byte[] json) =>
        Parse(json, Context.IReadOnlyListEpochRecord, "The list of epochs").Select(epoch => AsRecorded(epoch, "The list of epochs"));

    private static string TemporaryOf(string path) => path + ".tmp";

    private static void WriteTo(string temporary, CheckpointHeader header, IReadOnlyList<SlotVector> vectors)
    {
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            ChecksummedBlock.Write(stream, JsonSerializer.SerializeToUtf8Bytes(header, Context.CheckpointHeader));
            foreach (SlotVector vector in vectors)
            {
                var bytes = new byte[checked((int)SlotNumbers.LengthOf(vector.Slots))];
                SlotNumbers.Write(vector.Slots, vector.Values.Span, bytes);
                ChecksummedBlock.Write(stream, bytes);
            }

            stream.Flush(flushToDisk: true);
        }
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

        if (stream.Position < stream.Length)
        {
            throw new InvalidDataException(
                $"The file goes on for {stream.Length - stream.Position} bytes after its last block; something was appended to it.");
        }

        foreach ((SlotVector vector, byte[] block) in vectors.Zip(blocks))
        {
            if (!vector.IsOptimizerState && SlotNumbers.FindFault(vector.Slots, block) is { } fault)
                throw new InvalidDataException($"The weights in the file are not valid: {fault}.");
        }

        foreach ((SlotVector vector, byte[] block) in vectors.Zip(blocks))
            SlotNumbers.Read(vector.Slots, block, vector.Values.Span);
        return header;
    }

    /// <summary>Demands what training counts with: numbers that fit one another.</summary>
    /// <param name="header">The header of a file.</param>
    /// <param name="epochs">All epochs that are over, those before the ones in the header included.</param>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    public static void RequireConsistent(CheckpointHeader header, IReadOnlyList<EpochRecord> epochs)
    {
        int numbered = epochs.TakeWhile((epoch, i) => epoch.Epoch == i + 1).Count();
        if (numbered < epochs.Count)
            throw new InvalidDataException($"The header of the file has epoch {epochs[numbered].Epoch} where epoch {numbered + 1} belongs.");
        if (header.BestEpoch < 0 || header.BestEpoch > epochs.Count)
            throw new InvalidDataException($"The header of the file names epoch {header.BestEpoch} as the best of {epochs.Count}.");
        if (header.Steps < 0 || header.Position.Batches < 0)
        {
            throw new InvalidDataException(
                $"The header of the file has {header.Steps} steps and {header.Position.Batches} batches, of which neither can be below 0.");
        }
    }

    // As a training made it; what the file leaves out is null.
    private static EpochRecord AsRecorded(EpochRecord? epoch, string part) => epoch is null
        ? throw new InvalidDataException($"{part} has null in place of an epoch.")
        : epoch with
        {
            ValidationMetrics = epoch.ValidationMetrics is { } metrics ? new MetricValues(metrics) : MetricValues.Empty,
            Norms = epoch.Norms ?? [],
        };

    private static CheckpointHeader ParseHeader(byte[] json)
    {
        const string Part = "The header of the file";
        CheckpointHeader header = Parse(json, Context.CheckpointHeader, Part);
        return header.Version is 1 or 2
            ? header with { Epochs = [.. header.Epochs.Select(epoch => AsRecorded(epoch, Part))] }
            : throw new InvalidDataException($"The file has version {header.Version} but this library reads 1 and 2.");
    }

    private static T Parse<T>(byte[] json, JsonTypeInfo<T> type, string part)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException($"{part} is empty.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{part} is not valid: {exception.Message}", exception);
        }
    }
}
