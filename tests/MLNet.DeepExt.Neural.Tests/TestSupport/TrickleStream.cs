namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A stream like that of a slow network: it cannot seek, has no length, and gives few bytes at a time.</summary>
internal sealed class TrickleStream(byte[] bytes, int atATime = 1) : Stream
{
    private readonly MemoryStream _bytes = new(bytes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => _bytes.Read(buffer[..Math.Min(atATime, buffer.Length)]);

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
