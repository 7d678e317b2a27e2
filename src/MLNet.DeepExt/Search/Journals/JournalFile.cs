using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// The lines of a journal's file. A line counts once its end is there; what follows the last end was being written when its writer was
/// killed, and nobody has relied on it: it is cut off.
/// </summary>
/// <remarks>Used under the lock of the folder alone.</remarks>
internal sealed class JournalFile(string path)
{
    private long _read; // bytes
    private int _lines;

    /// <summary>Hands out the lines that are new since the last call.</summary>
    /// <param name="readHeader">Takes the first line.</param>
    /// <param name="readEvent">Takes any other.</param>
    /// <returns>Whether there is a first line.</returns>
    /// <exception cref="InvalidDataException">A line cannot be read, which whoever takes it says by the same exception.</exception>
    public bool Read(Action<ReadOnlySpan<byte>> readHeader, Action<ReadOnlySpan<byte>> readEvent)
    {
        using FileStream stream = Open();
        if (stream.Length < _read)
            throw new InvalidDataException($"'{path}' has become shorter while it was in use. Begin anew in an empty folder.");
        var bytes = new byte[stream.Length - _read];
        stream.Position = _read;
        stream.ReadExactly(bytes);
        ReadOnlySpan<byte> rest = bytes;
        while (rest.IndexOf((byte)'\n') is >= 0 and int length)
        {
            Read(rest[..length], _lines == 0 ? readHeader : readEvent);
            rest = rest[(length + 1)..];
            _read += length + 1;
            _lines++;
        }

        return _lines > 0;
    }

    /// <summary>Adds a line, which is on the disk when this returns.</summary>
    public void Append(byte[] line)
    {
        using FileStream stream = Open();
        stream.SetLength(_read);
        stream.Position = _read;
        stream.Write(line);
        stream.Flush(flushToDisk: true);
        _read += line.Length;
        _lines++;
    }

    private void Read(ReadOnlySpan<byte> line, Action<ReadOnlySpan<byte>> read)
    {
        try
        {
            read(line);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"Line {_lines + 1} of '{path}' is damaged: {OptionFault.Repeat(exception).TrimEnd('.')}. ")
                + "Restore the file from a copy, or begin anew in an empty folder.",
                exception);
        }
    }

    private FileStream Open() => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
