using System.Text.Json;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// The lines of a journal's file, each with a checksum. What follows the last line end was being written when its writer was killed, and no
/// process has relied on it: unless it is a whole line that lacks its end alone, it is cut off.
/// </summary>
/// <remarks>Used under the lock of the folder alone.</remarks>
/// <param name="path">The file.</param>
/// <param name="open">Opens it, without a buffer.</param>
internal sealed class JournalFile(string path, Func<string, FileMode, FileStream> open)
{
    /// <summary>The length of the longest line, in bytes: 16 MB.</summary>
    public const int MostLine = 1 << 24;

    private const int Block = 1 << 16; // bytes
    private const int MostTail = 64; // bytes; the checksum of a line is among them
    private const byte LineEnd = (byte)'\n';

    private long _read; // bytes
    private int _lines;
    private byte[] _tail = []; // the last bytes that were read
    private LineCheck _check;

    /// <summary>Opens a file of the disk.</summary>
    public static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Hands out the lines that are new since the last call, without their checksums.</summary>
    /// <param name="readHeader">Takes the first line, and returns whether it must have a checksum.</param>
    /// <param name="readEvent">Takes any other.</param>
    /// <returns>Whether there is a first line.</returns>
    /// <exception cref="InvalidDataException">
    /// A line cannot be read, or lines that were read before are no longer there.
    /// </exception>
    public bool Read(Func<ReadOnlySpan<byte>, bool> readHeader, Action<ReadOnlySpan<byte>> readEvent)
    {
        using FileStream stream = Open();
        var block = new byte[Block];
        int filled = 0;
        while (stream.Read(block.AsSpan(filled)) is > 0 and int count)
        {
            filled += count;
            ReadOnlySpan<byte> rest = block.AsSpan(0, filled);
            while (rest.IndexOf(LineEnd) is >= 0 and int length)
            {
                ReadLine(rest[..length]);
                rest = rest[(length + 1)..];
            }

            filled = rest.Length;
            rest.CopyTo(block);
            if (filled >= MostLine)
                throw Damage(new InvalidDataException(FormattableString.Invariant($"it is longer than {MostLine} bytes")));
            if (filled == block.Length)
                Array.Resize(ref block, 2 * block.Length);
        }

        if (IsWhole(block.AsSpan(0, filled)))
        {
            // An editor took its end off, say.
            ReadLine(block.AsSpan(0, filled));
            stream.Position = _read - 1;
            stream.WriteByte(LineEnd);
            stream.Flush(flushToDisk: true);
        }

        return _lines > 0;

        void ReadLine(ReadOnlySpan<byte> line) => Advance(line, Take(line, readHeader, readEvent));
    }

    /// <summary>Adds a line with its checksum, which is on the disk when this returns.</summary>
    /// <param name="json">The object of the line, as JSON.</param>
    public void Append(byte[] json)
    {
        LineCheck check = _check.Seal(json, out byte[] line);
        if (line.Length >= MostLine)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"An event of the search was not written down, for its line would be longer than {MostLine} bytes."));
        }

        using FileStream stream = Open();
        stream.SetLength(_read);
        stream.Write([.. line, LineEnd]);
        stream.Flush(flushToDisk: true);
        Advance(line, check);
    }

    private LineCheck Take(ReadOnlySpan<byte> line, Func<ReadOnlySpan<byte>, bool> readHeader, Action<ReadOnlySpan<byte>> readEvent)
    {
        try
        {
            LineCheck check = _check.Open(line, out byte[] json);
            if (_lines > 0)
                readEvent(json);
            else if (readHeader(json) && !check.IsRequired)
                throw new InvalidDataException("it has no checksum, which every line of its version has");
            return check;
        }
        catch (InvalidDataException exception)
        {
            throw Damage(exception);
        }
    }

    private InvalidDataException Damage(InvalidDataException exception)
    {
        string remedy = _lines == 0
            ? "Restore the file from a copy, or use an empty folder."
            : "Restore the file from a copy; or delete this line and all after it, and the search goes on from the trials before it.";
        return new InvalidDataException(
            FormattableString.Invariant($"Line {_lines + 1} of '{path}' is damaged: {OptionFault.Repeat(exception).TrimEnd('.')}. ") + remedy,
            exception);
    }

    // With a checksum that fits, or of an older version, of which no part is JSON.
    private bool IsWhole(ReadOnlySpan<byte> tail)
    {
        if (tail is not [(byte)'{', .., (byte)'}'] || _check.FindFault(tail, out LineCheck next, out _) is not null)
            return false;
        if (next.IsRequired)
            return true;
        var reader = new Utf8JsonReader(tail);
        try
        {
            return reader.Read() && reader.TrySkip() && reader.BytesConsumed == tail.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // By a line and its end.
    private void Advance(ReadOnlySpan<byte> line, LineCheck check)
    {
        _check = check;
        _read += line.Length + 1;
        _lines++;
        _tail = [.. line[^Math.Min(line.Length, MostTail - 1)..], LineEnd];
    }

    // At what is new. Once something was read, a file that is gone is not made again.
    private FileStream Open()
    {
        FileStream stream = open(path, _read == 0 ? FileMode.OpenOrCreate : FileMode.Open);
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
                + FormattableString.Invariant($"bytes, but {_read} were read before. Restore the file from a copy, or use an empty folder."));
        }

        stream.Position = _read - _tail.Length;
        var tail = new byte[_tail.Length];
        stream.ReadExactly(tail);
        if (!tail.AsSpan().SequenceEqual(_tail))
        {
            throw new InvalidDataException(
                $"'{path}' was replaced or changed while it was in use: its line {_lines} is not the one that was read before. "
                + "Restore the file from a copy, or use an empty folder.");
        }
    }
}
