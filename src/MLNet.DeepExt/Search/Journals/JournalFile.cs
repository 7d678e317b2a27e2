using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// The lines of a journal's file, each with a checksum. A line counts once its end is there; what follows the last end was being written when
/// its writer was killed, and nobody has relied on it: it is cut off.
/// </summary>
/// <remarks>Used under the lock of the folder alone.</remarks>
internal sealed class JournalFile(string path)
{
    private const int MostTail = 64; // bytes; the checksum of a line is among them

    private long _read; // bytes
    private int _lines;
    private byte[] _tail = []; // the last bytes that were read
    private LineCheck _check;

    /// <summary>Hands out the lines that are new since the last call, without their checksums.</summary>
    /// <param name="readHeader">Takes the first line.</param>
    /// <param name="readEvent">Takes any other.</param>
    /// <returns>Whether there is a first line.</returns>
    /// <exception cref="InvalidDataException">
    /// A line cannot be read, which whoever takes it says by the same exception, or what was read before is no longer there.
    /// </exception>
    public bool Read(Action<ReadOnlySpan<byte>> readHeader, Action<ReadOnlySpan<byte>> readEvent)
    {
        using FileStream stream = Open();
        var bytes = new byte[stream.Length - _read];
        stream.ReadExactly(bytes);
        ReadOnlySpan<byte> rest = bytes;
        while (rest.IndexOf((byte)'\n') is >= 0 and int length)
        {
            LineCheck check = Read(rest[..length], _lines == 0 ? readHeader : readEvent);
            Advance(rest[..(length + 1)], check);
            rest = rest[(length + 1)..];
        }

        return _lines > 0;
    }

    /// <summary>Adds a line with its checksum, which is on the disk when this returns.</summary>
    /// <param name="json">The object of the line, as JSON.</param>
    public void Append(byte[] json)
    {
        LineCheck check = _check.Seal(json, out byte[] line);
        byte[] whole = [.. line, (byte)'\n'];
        using FileStream stream = Open();
        stream.SetLength(_read);
        stream.Write(whole);
        stream.Flush(flushToDisk: true);
        Advance(whole, check);
    }

    private LineCheck Read(ReadOnlySpan<byte> line, Action<ReadOnlySpan<byte>> read)
    {
        try
        {
            LineCheck check = _check.Open(line, out byte[] json);
            read(json);
            return check;
        }
        catch (InvalidDataException exception)
        {
            string remedy = _lines == 0
                ? "Restore the file from a copy, or begin anew in an empty folder."
                : "Restore the file from a copy; or delete this line and all after it, and the search goes on from the trials before it.";
            throw new InvalidDataException(
                FormattableString.Invariant($"Line {_lines + 1} of '{path}' is damaged: {OptionFault.Repeat(exception).TrimEnd('.')}. ") + remedy,
                exception);
        }
    }

    private void Advance(ReadOnlySpan<byte> line, LineCheck check)
    {
        _check = check;
        _read += line.Length;
        _lines++;
        _tail = line[^Math.Min(line.Length, MostTail)..].ToArray();
    }

    // At what is new. Once something was read, a file that is gone is not made again.
    private FileStream Open()
    {
        var stream = new FileStream(
            path, _read == 0 ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RequireTail(stream);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Another file may have taken its place, whose lines must not be cut off.
    private void RequireTail(FileStream stream)
    {
        if (stream.Length < _read)
        {
            throw new InvalidDataException(FormattableString.Invariant($"'{path}' has become shorter while it was in use: it has {stream.Length} ")
                + FormattableString.Invariant($"bytes, but {_read} were read before. Restore the file from a copy, or begin anew in an empty folder."));
        }

        stream.Position = _read - _tail.Length;
        var tail = new byte[_tail.Length];
        stream.ReadExactly(tail);
        if (!tail.AsSpan().SequenceEqual(_tail))
        {
            throw new InvalidDataException(
                $"'{path}' was replaced or changed while it was in use: its line {_lines} is not the one that was read before. "
                + "Restore the file from a copy, or begin anew in an empty folder.");
        }
    }
}
