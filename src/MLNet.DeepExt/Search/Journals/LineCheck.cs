using System.Security.Cryptography;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// Where the checksums of a journal are: each line ends with the first half of the SHA-256 of the checksum before it and of the line itself, so
/// that a line that was changed, lost, repeated or moved does not fit.
/// </summary>
/// <param name="Last">The digits of the last line; empty before the first.</param>
/// <param name="IsRequired">Whether there was a checksum, so that all lines from there on have one. Lines of older versions have none.</param>
internal readonly record struct LineCheck(ReadOnlyMemory<byte> Last, bool IsRequired)
{
    private const int Digits = 32;

    private static ReadOnlySpan<byte> Opening => ",\"check\":\""u8;

    private static ReadOnlySpan<byte> Closing => "\"}"u8;

    private static int Length => Opening.Length + Digits + Closing.Length;

    /// <summary>Adds the checksum to a line.</summary>
    /// <param name="json">An object as JSON, with members.</param>
    /// <param name="line">The line, without its end.</param>
    /// <returns>Where the checksums are after it.</returns>
    public LineCheck Seal(ReadOnlySpan<byte> json, out byte[] line)
    {
        byte[] digits = DigitsOf(json[..^1]);
        line = [.. json[..^1], .. Opening, .. digits, .. Closing];
        return new LineCheck(digits, IsRequired: true);
    }

    /// <summary>Takes the checksum off a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="json">The object that was given to <see cref="Seal"/>.</param>
    /// <returns>Where the checksums are after it.</returns>
    /// <exception cref="InvalidDataException">The checksum does not fit, or there is none where there has to be one.</exception>
    public LineCheck Open(ReadOnlySpan<byte> line, out byte[] json) =>
        FindFault(line, out LineCheck next, out json) is { } fault ? throw new InvalidDataException(fault) : next;

    /// <summary>Takes the checksum off a line, if it fits.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="next">Where the checksums are after it.</param>
    /// <param name="json">The object that was given to <see cref="Seal"/>.</param>
    /// <returns>What is wrong with the checksum; null if nothing is.</returns>
    public string? FindFault(ReadOnlySpan<byte> line, out LineCheck next, out byte[] json)
    {
        if (line.Length < Length || !line[^Length..].StartsWith(Opening) || !line.EndsWith(Closing))
        {
            json = line.ToArray();
            next = new LineCheck(DigitsOf(line), IsRequired: false);
            return IsRequired ? "it has no checksum, but lines before it have one" : null;
        }

        ReadOnlySpan<byte> content = line[..^Length];
        byte[] digits = DigitsOf(content);
        json = [.. content, (byte)'}'];
        next = new LineCheck(digits, IsRequired: true);
        return line[^(Digits + Closing.Length)..^Closing.Length].SequenceEqual(digits)
            ? null
            : "its checksum does not fit the line and those before it";
    }

    private byte[] DigitsOf(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Last.Span);
        hash.AppendData(content);
        var digits = new byte[Digits];
        Convert.TryToHexStringLower(hash.GetHashAndReset().AsSpan(0, Digits / 2), digits, out _);
        return digits;
    }
}
