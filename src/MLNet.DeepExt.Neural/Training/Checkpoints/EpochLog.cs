using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The records of the epochs that are not in the checkpoint file, in an append-only file next to it, so that the amount written by a long
/// training grows linearly with its epochs.
/// </summary>
/// <remarks>
/// The checkpoint stores its end (<see cref="EpochLogEnd"/>); bytes that a killed process wrote beyond it are ignored and overwritten.
/// </remarks>
/// <param name="path">The file.</param>
internal sealed class EpochLog(string path)
{
    /// <summary>The number of records that are appended at once; the checkpoint itself has fewer.</summary>
    public const int EpochsOfABlock = 128;

    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    /// <summary>The number of records in the log.</summary>
    public int Epochs { get; private set; }

    /// <summary>The end of the log; null if it is empty.</summary>
    public EpochLogEnd? End => Epochs == 0 ? null : new EpochLogEnd(Epochs, _bytes, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    /// <summary>Appends records. If that fails, the log is unchanged.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Append(IReadOnlyList<EpochRecord> epochs)
    {
        using var block = new MemoryStream();
        ChecksummedBlock.Write(block, CheckpointFile.SerializeEpochs(epochs));
        ReadOnlySpan<byte> bytes = block.GetBuffer().AsSpan(0, (int)block.Length);
        try
        {
            using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.Seek(_bytes, SeekOrigin.Begin);
            stream.Write(bytes);
            stream.SetLength(_bytes + bytes.Length);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            Shorten();
            throw;
        }

        _hash.AppendData(bytes);
        _bytes += bytes.Length;
        Epochs += epochs.Count;
    }

    /// <summary>Reads the records that belong to a checkpoint; new records are appended after them.</summary>
    /// <param name="end">The end of the records; null for none.</param>
    /// <exception cref="InvalidDataException">The file is missing, damaged, or belongs to another checkpoint.</exception>
    public IReadOnlyList<EpochRecord> Read(EpochLogEnd? end)
    {
        try
        {
            return end is null ? [] : ReadTo(end);
        }
        catch (FileNotFoundException exception)
        {
            throw new InvalidDataException($"The file of its epochs, '{path}', is missing; restore it, if there is a copy.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"The file of its epochs, '{path}', is not valid; restore it, if there is a copy: {exception.Message}", exception);
        }
    }

    /// <summary>Deletes the file when a training begins.</summary>
    public void Delete() => File.Delete(path);

    private List<EpochRecord> ReadTo(EpochLogEnd end)
    {
        var epochs = new List<EpochRecord>();
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (FileStream stream = File.OpenRead(path))
        {
            if (stream.Length < end.Bytes)
                throw new InvalidDataException($"It has {stream.Length} bytes, but {end.Bytes} belong to the checkpoint.");
            while (stream.Position < end.Bytes)
            {
                long start = stream.Position;
                epochs.AddRange(CheckpointFile.ParseEpochs(ChecksummedBlock.Read(stream)));
                AppendTo(hash, stream, start);
            }

            if (stream.Position != end.Bytes || epochs.Count != end.Epochs || Convert.ToHexStringLower(hash.GetCurrentHash()) != end.Hash)
                throw new InvalidDataException("It belongs to another checkpoint.");
        }

        (_hash, _bytes, Epochs) = (hash, end.Bytes, end.Epochs);
        return epochs;
    }

    private static void AppendTo(IncrementalHash hash, FileStream stream, long start)
    {
        var bytes = new byte[stream.Position - start];
        stream.Seek(start, SeekOrigin.Begin);
        stream.ReadExactly(bytes);
        hash.AppendData(bytes);
    }

    // Best effort: bytes beyond the end are ignored in any case.
    private void Shorten()
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
            stream.SetLength(_bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
