using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>
/// Divides a text into rows and these into fields, as RFC 4180 has it: a field in quotes may hold separators, line ends, and quotes as pairs.
/// Rows without any text are left out.
/// </summary>
internal sealed class RowScanner : IDisposable
{
    private const int InitialLength = 1 << 16; // characters
    private const int LongestRow = 1 << 26;
    private const int MostFields = 1_000_000; // of a row

    private readonly TextReader _reader;
    private readonly string _path;
    private readonly char _separator;
    private readonly List<(int From, int Length, bool HasPairs)> _fields = []; // from the start of the row on
    private char[] _text = new char[InitialLength];
    private int _start, _next, _end; // in _text: of the row, of the row after it, of what has been read
    private int _length; // of the row without its line end
    private long _nextLine = 1;

    /// <param name="reader">The text; it is disposed of with this.</param>
    /// <param name="path">The file of the text, for messages.</param>
    /// <param name="separator">What stands between two fields.</param>
    public RowScanner(TextReader reader, string path, char separator)
    {
        _reader = reader;
        _path = path;
        _separator = separator;
    }

    /// <summary>How many fields the row has.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>The line of the text on which the row begins, from 1 on.</summary>
    public long Line { get; private set; }

    /// <summary>Where the row is, for the beginning of a message.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"Line {Line} of the file '{_path}'");

    /// <summary>A field of the row without blanks around it; an empty one where the row has fewer.</summary>
    /// <param name="index">Which, from 0 on.</param>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    public ReadOnlySpan<char> Field(int index)
    {
        if (index >= _fields.Count)
        {
            return _fields.Count > 0 ? [] : throw new InvalidOperationException(
                "The cursor is at no row; read values after a call of MoveNext that returned true.");
        }

        (int from, int length, bool hasPairs) = _fields[index];
        ReadOnlySpan<char> field = _text.AsSpan(_start + from, length).Trim();
        return hasPairs ? field.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : field;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">
    /// A quote is not closed, or text follows it; the row is longer than 64 million characters or has more than a million fields; or the file is
    /// no text in its encoding.
    /// </exception>
    public bool MoveNext()
    {
        while (ReadRow())
        {
            if (_fields.Count > 1 || !_text.AsSpan(_start, _length).IsWhiteSpace())
                return true;
        }

        return false;
    }

    /// <summary>Leaves the row, so that none of its fields is read any more.</summary>
    public void LeaveRow() => _fields.Clear();

    public void Dispose() => _reader.Dispose();

    private bool ReadRow()
    {
        _fields.Clear();
        _start = _next;
        Line = _nextLine;
        if (!Has(0))
            return false;
        for (int at = 0; ; at++)
        {
            if (_fields.Count == MostFields)
                throw Fault("has more than 1,000,000 fields", "set Separator to what stands between two fields");
            at = ReadField(at);
            bool isLast = !Has(at);
            _length = at;
            if (!isLast && _text[_start + at] == _separator)
                continue;
            if (!isLast)
            {
                at += _text[_start + at] == '\r' && Has(at + 1) && _text[_start + at + 1] == '\n' ? 2 : 1;
                _nextLine++;
            }

            _next = _start + at;
            return true;
        }
    }

    // From a place in the row; returns that of what ends the field.
    private int ReadField(int from)
    {
        int at = from;
        while (Has(at) && _text[_start + at] == ' ')
            at++;
        if (Has(at) && _text[_start + at] == '"')
            return ReadQuoted(at + 1);
        at = Find(at, [_separator, '\r', '\n']);
        _fields.Add((from, at - from, HasPairs: false));
        return at;
    }

    private int ReadQuoted(int from)
    {
        bool hasPairs = false;
        int at = from;
        for (; ; at += 2)
        {
            at = Find(at, ['"']);
            if (!Has(at))
                throw Fault("opens a quote that is not closed");
            if (!Has(at + 1) || _text[_start + at + 1] != '"')
                break;
            hasPairs = true;
        }

        _fields.Add((from, at - from, hasPairs));
        _nextLine += _text.AsSpan(_start + from, at - from).Count('\n');
        int end = Find(at + 1, [_separator, '\r', '\n']);
        return _text.AsSpan(_start + at + 1, end - at - 1).IsWhiteSpace()
            ? end
            : throw Fault($"has '{_text.AsSpan(_start + at + 1, end - at - 1)}' between a closing quote and the next separator");
    }

    // The first place from a place on that has one of some characters, or the end of the text.
    private int Find(int from, ReadOnlySpan<char> characters)
    {
        while (true)
        {
            int found = _text.AsSpan(_start + from, _end - _start - from).IndexOfAny(characters);
            if (found >= 0)
                return from + found;
            from = _end - _start;
            if (!Fill())
                return from;
        }
    }

    private bool Has(int place) => _start + place < _end || Fill();

    // Keeps the row, from its start on.
    private bool Fill()
    {
        if (_start > 0)
        {
            _text.AsSpan(_start, _end - _start).CopyTo(_text);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == LongestRow)
            throw Fault("is longer than 64 million characters, as where a quote is not closed");
        if (_end == _text.Length)
            Array.Resize(ref _text, 2 * _text.Length);
        int read = Read(_text.AsSpan(_end));
        _end += read;
        return read > 0;
    }

    private int Read(Span<char> text)
    {
        int read;
        try
        {
            read = _reader.Read(text);
        }
        catch (DecoderFallbackException fault)
        {
            throw Fault("or one after it has bytes that are not UTF-8", "set Encoding, to Encoding.Latin1 for example", fault);
        }

        return !text[..read].Contains('\0') ? read : throw Fault(
            "or one after it has a NUL character, which no text has", "save the table as a text file in UTF-8, or set Encoding if it is UTF-16");
    }

    private InvalidDataException Fault(
        string fact, string remedy = "write a quote within quotes twice, as in \"a \"\"b\"\" c\"", Exception? cause = null) =>
        new($"{Place} {fact}; {remedy}.", cause);
}
