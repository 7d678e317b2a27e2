namespace MLNet.DeepExt.Tests.Search;

/// <summary>A file of a disk that fails: a write leaves a half there, and a flush does not say that all is there.</summary>
/// <param name="path">The file.</param>
/// <param name="mode">How it is opened.</param>
/// <param name="fails">Whether the next write or flush fails.</param>
internal sealed class FailingFile(string path, FileMode mode, Func<bool> fails)
    : FileStream(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
{
    private const int NoSpace = 28; // of Linux

    public override void SetLength(long value)
    {
        if (fails())
            throw Full();
        base.SetLength(value);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (fails())
        {
            base.Write(buffer[..(buffer.Length / 2)]);
            throw Full();
        }

        base.Write(buffer);
    }

    public override void Flush(bool flushToDisk)
    {
        base.Flush(flushToDisk);
        if (fails())
            throw Full();
    }

    private static IOException Full() => new("No space left on device", NoSpace);
}
