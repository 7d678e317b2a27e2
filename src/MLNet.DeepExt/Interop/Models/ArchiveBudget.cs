using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>How many bytes a model file may have after inflation: a few kilobytes of it may be deflated gigabytes of zeros.</summary>
internal static class ArchiveBudget
{
    // Weights compress hardly at all; where 99 of 100 are zeros, about 70 times.
    private const long FewInflatedBytes = 32 << 20, InflatedBytesPerByte = 200;

    // What ML.NET keeps to itself. Where a later version keeps it elsewhere, nothing is checked here.
    private static readonly FieldInfo? ArchiveOf = typeof(RepositoryReader).GetField("_archive", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly ConditionalWeakTable<ZipArchive, object> Checked = [];

    /// <exception cref="InvalidDataException">The entries of the file have far more bytes after inflation than before.</exception>
    public static void Require(ModelLoadContext ctx)
    {
        if (ArchiveOf?.GetValue(ctx.Repository) is not ZipArchive archive || Checked.TryGetValue(archive, out _))
            return;
        long inflated = 0, deflated = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            // The directory of an archive is believed as far as .NET checks it: no entry gives more bytes than it says.
            inflated += entry.Length;
            deflated += entry.CompressedLength;
        }

        if (inflated > FewInflatedBytes + InflatedBytesPerByte * deflated)
        {
            throw new InvalidDataException(
                $"The entries of the model file have {inflated} bytes after inflation and {deflated} before, with which at most "
                + $"{FewInflatedBytes + InflatedBytesPerByte * deflated} are read; the file is damaged, or was made to take memory.");
        }

        Checked.TryAdd(archive, archive);
    }
}
