namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// Bytes that may be read so many times over and no more: who reads in circles, because the bytes were made so that it does, comes to an
/// end.
/// </summary>
internal sealed class BudgetedStream(byte[] bytes) : Stream
{
    // An honest reader goes back a few times; it does not read everything a hundred times.
    private const long TimesOver = 100;
    private const long Least = 1 << 20;

    private readonly MemoryStream _bytes = new(bytes, writable: false);
    private long _budget = Least + TimesOver * bytes.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _bytes.Length;

    public override long Position
    {
        get => _bytes.Position;
        set
        {
            Spend(1);
            _bytes.Position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = _bytes.Read(buffer);
        Spend(1 + read);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        Spend(1);
        return _bytes.Seek(offset, origin);
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Spend(long amount)
    {
        _budget -= amount;
        if (_budget < 0)
            throw new InvalidDataException($"A schema of {Length} bytes is read without end; the file is damaged.");
    }
}
