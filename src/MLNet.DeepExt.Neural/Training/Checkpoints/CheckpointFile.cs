using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The file format of checkpoints: one <see cref="ChecksummedBlock"/> with a <see cref="CheckpointHeader"/> as JSON, then one for each vector of
/// numbers, in a fixed order, row-major.
/// </summary>
internal static class CheckpointFile
{
    private static readonly CheckpointContext Context = new(new JsonSerializerOptions
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    });

    /// <summary>Returns the version of the format: 1, or 2 if the first epochs are in an <see cref="EpochLog"/>.</summary>
    public static int VersionFor(EpochLogEnd? earlier) => earlier is null ? 1 : 2;

    /// <summary>
    /// Replaces the file atomically by a new one: a reader finds either the old or the new file. If that fails, the old file stays unchanged, and
    /// no other file remains.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
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

    /// <summary>Writes and deletes the temporary file, which may be incomplete after a killed process.</summary>
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

    /// <summary>Serializes records of epochs as JSON.</summary>
    public static byte[] SerializeEpochs(IReadOnlyList<EpochRecord> epochs) =>
        JsonSerializer.SerializeToUtf8Bytes(epochs, Context.IReadOnlyListEpochRecord);

    /// <summary>Parses the records that <see cref="SerializeEpochs"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The JSON is not valid.</exception>
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

    /// <summary>Reads a file and the vectors that its header requires.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vectorsOf">Returns the destinations of the vectors. Nothing is written before all vectors have been read.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or not a checkpoint.</exception>
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
                throw new InvalidDataException($"A block of the file should have {wanted} bytes but has {block.Length}.");
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

    /// <summary>Throws if the numbers in the header are not consistent.</summary>
    /// <param name="header">The header of a file.</param>
    /// <param name="epochs">All finished epochs, including those before the epochs in the header.</param>
    /// <exception cref="InvalidDataException">The numbers are not consistent.</exception>
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

    // Returns the record as a training creates it; members that the file omits are null.
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
