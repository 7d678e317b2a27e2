using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// The numbers of workers, none of which is given twice: the lock of the folder holds the last, for a worker may come and go without an event,
/// and its file may be deleted while it lives.
/// </summary>
internal static class WorkerNumbers
{
    private const int MostDigits = 10;

    /// <summary>Gives the next number.</summary>
    /// <param name="held">The lock of the folder.</param>
    /// <param name="known">The largest number that is known otherwise.</param>
    public static int Next(FileStream held, int known)
    {
        Span<byte> text = stackalloc byte[MostDigits];
        held.Position = 0;
        int length = held.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        // If the file is deleted or the disk is full, only this memory is lost.
        if (int.TryParse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int last))
            known = Math.Max(known, last);
        int next = known + 1;
        held.SetLength(0);
        held.Position = 0;
        held.Write(Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture)));
        return next;
    }
}
