using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// What has to hold of the bytes of an ML.NET binary data file before ML.NET reads its schema: it takes as much memory as the bytes claim there
/// to be dimensions and values, and looks for them afterwards.
/// </summary>
/// <remarks>
/// All integers are little-endian, a number (LEB128) is seven bits a byte, the lowest first, and a string is the number of its bytes, then UTF-8.
/// Header: at 24 the place of the table of columns, at 32 that of the tail, 8 bytes which end the file, at 40 the rows, int64 each, at 48 the
/// columns, int32. For each column: its name, its type, a byte, a number, the place of its values, the place of its table of annotations or 0,
/// int64 each. That table: a number of annotations; for each its kind, its type, the compression (byte; 1 deflate), the place of its value, int64,
/// and its length, a number. A type: its name, the length of its definition, a number, the definition; of a vector ("VBuffer") the type of the
/// items, the number of dimensions, int32, and the dimensions, int32 each; of a key ("Key2", "Key") the type in which it counts, then its
/// range. A vector as a value: 1, its length (0: the length follows), the number of values that are stored or -1 for all, the number of
/// indices, int32 each, the indices, int32 each, the values.
/// </remarks>
internal ref struct SchemaBytes
{
    private const int HeaderLength = 256, TailLength = sizeof(long);
    private const string VectorType = "VBuffer", KeyType = "Key2", OldKeyType = "Key";
    private const string TextType = "TextSpan", BooleanType = "Boolean", OldBooleanType = "Bool";

    // Of an annotation in memory: of each value, whatever its type, and of each byte after inflation, as bytes and as characters.
    private const int BytesPerValue = 16, BytesPerInflatedByte = 4;

    private readonly ReadOnlySpan<byte> _all;
    private readonly MemoryBudget _budget;
    private ReadOnlySpan<byte> _rest; // from the place that is being read

    private SchemaBytes(ReadOnlySpan<byte> bytes, MemoryBudget budget)
    {
        _all = _rest = bytes;
        _budget = budget;
    }

    /// <param name="bytes">The file.</param>
    /// <param name="budget">What the model file may take in memory; what the annotations take is spent.</param>
    /// <exception cref="InvalidDataException">They claim more than they hold, or than the budget has left.</exception>
    public static void RequireHonest(ReadOnlySpan<byte> bytes, MemoryBudget budget) => new SchemaBytes(bytes, budget).RequireHonestFile();

    private void RequireHonestFile()
    {
        if (_all.Length < HeaderLength + TailLength)
            throw new InvalidDataException($"A schema of {_all.Length} bytes is shorter than its header; the file is damaged.");
        long table = Int64(24), tail = Int64(32), rows = Int64(40);
        int columns = BinaryPrimitives.ReadInt32LittleEndian(_all[48..]);
        if (tail != _all.Length - TailLength)
            throw new InvalidDataException($"A schema of {_all.Length} bytes ends at byte {tail} by its header; the file is damaged.");
        if (rows != 0)
            throw new InvalidDataException($"A schema claims to have {rows} rows of data, of which it has none; the file is damaged.");

        Span<long> annotations = stackalloc long[2];
        if (columns < 1 || columns > annotations.Length)
            throw new InvalidDataException($"A schema of features and label claims {columns} columns; the file is damaged.");
        MoveTo(table);
        foreach (ref long place in annotations[..columns])
        {
            Skip(Number()); // the name
            SkipType(out _, out _);
            Skip(sizeof(byte));
            Number();
            Skip(sizeof(long));
            place = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
        }

        foreach (long place in annotations[..columns])
        {
            if (place != 0)
                RequireHonestAnnotations(place);
        }
    }

    private void RequireHonestAnnotations(long place)
    {
        MoveTo(place);
        for (long left = Number(); left > 0; left--)
        {
            Skip(Number()); // the kind
            SkipType(out string type, out string item);
            byte compression = Take(sizeof(byte))[0];
            long from = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))), length = Number();
            ReadOnlySpan<byte> next = _rest;
            MoveTo(from);
            ReadOnlySpan<byte> value = Take(length);
            if (compression > 1)
            {
                throw new InvalidDataException(
                    $"An annotation in a schema is compressed by method {compression}, which is none that is known; the file is damaged.");
            }

            if (compression == 1)
                value = Inflated(value);
            else
                _budget.Spend(value.Length, BytesPerInflatedByte);
            long values = 1;
            if (type == VectorType && !IsHonestVector(value, item, out values))
                throw new InvalidDataException("An annotation in a schema claims more values than it has; the file is damaged.");
            _budget.Spend(values, BytesPerValue);
            _rest = next;
        }
    }

    // Of what is stored: a vector of zeros may have any length.
    private static bool IsHonestVector(ReadOnlySpan<byte> value, string item, out long values)
    {
        values = 0;
        if (!TryTake(ref value, out int vectors) || vectors != 1 || !TryTake(ref value, out int length)
            || (length == 0 && !TryTake(ref value, out length)) || length < 0
            || !TryTake(ref value, out int stored) || !TryTake(ref value, out int indices)
            || stored < -1 || indices != Math.Max(stored, 0) || indices > value.Length / sizeof(int))
        {
            return false;
        }

        values = stored < 0 ? length : stored;
        long bytes = value.Length - (long)sizeof(int) * indices;
        return values <= item switch
        {
            TextType => bytes / sizeof(int),
            BooleanType or OldBooleanType => 8 * bytes,
            _ => bytes,
        };
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, out int number)
    {
        bool found = BinaryPrimitives.TryReadInt32LittleEndian(bytes, out number);
        bytes = found ? bytes[sizeof(int)..] : bytes;
        return found;
    }

    private readonly ReadOnlySpan<byte> Inflated(ReadOnlySpan<byte> bytes)
    {
        using var inflated = new MemoryStream();
        using var stream = new DeflateStream(new MemoryStream(bytes.ToArray(), writable: false), CompressionMode.Decompress);
        Span<byte> part = stackalloc byte[4096];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            _budget.Spend(read, BytesPerInflatedByte);
            inflated.Write(part[..read]);
        }

        return inflated.GetBuffer().AsSpan(0, (int)inflated.Length);
    }

    private void SkipType(out string name, out string item)
    {
        name = Encoding.UTF8.GetString(Take(Number()));
        item = "";
        ReadOnlySpan<byte> definition = Take(Number());
        RequireHonestKey(name, definition);
        if (name != VectorType)
            return;
        ReadOnlySpan<byte> next = _rest;
        _rest = definition;
        item = Encoding.UTF8.GetString(Take(Number()));
        if (item == VectorType)
            throw new InvalidDataException("A vector type in a schema has vectors as items, which no vector has; the file is damaged.");
        RequireHonestKey(item, Take(Number()));
        int dimensions = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        if (dimensions < 0 || dimensions > _rest.Length / sizeof(int))
            throw new InvalidDataException("A vector type in a schema claims more dimensions than it has; the file is damaged.");
        _rest = next;
    }

    // ML.NET reads the type within a type by recursion, and a process does not survive the end of its stack.
    private void RequireHonestKey(string name, ReadOnlySpan<byte> definition)
    {
        if (name is not (KeyType or OldKeyType))
            return;
        ReadOnlySpan<byte> next = _rest;
        _rest = definition;
        string counted = Encoding.UTF8.GetString(Take(Number()));
        if (counted is VectorType or KeyType or OldKeyType)
            throw new InvalidDataException("A key type in a schema counts in something else than numbers; the file is damaged.");
        _rest = next;
    }

    private long Number()
    {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte next = Take(sizeof(byte))[0];
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }

        throw new InvalidDataException("A number in a schema is longer than 63 bits; the file is damaged.");
    }

    private readonly long Int64(int place) => BinaryPrimitives.ReadInt64LittleEndian(_all[place..]);

    private void MoveTo(long place) => _rest = place >= HeaderLength && place <= _all.Length
        ? _all[(int)place..]
        : throw new InvalidDataException($"A schema of {_all.Length} bytes names place {place}; the file is damaged.");

    private void Skip(long count) => Take(count);

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
            throw new InvalidDataException($"A schema of {_all.Length} bytes ends where {count} more are claimed; the file is damaged.");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
