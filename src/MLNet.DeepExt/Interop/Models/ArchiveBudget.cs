using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>The one budget of memory that all entries of ours in a model file have together, by the bytes of the file.</summary>
internal static class ArchiveBudget
{
    private const BindingFlags Private = BindingFlags.Instance | BindingFlags.NonPublic;

    // What ML.NET and .NET keep to themselves.
    private static readonly FieldInfo? ArchiveOf = FieldOf(typeof(RepositoryReader), "_archive", typeof(ZipArchive));
    private static readonly FieldInfo? StreamOf = FieldOf(typeof(ZipArchive), "_archiveStream", typeof(Stream));

    private static readonly ConditionalWeakTable<ZipArchive, MemoryBudget> Budgets = [];

    /// <summary>Whether the running versions of ML.NET and .NET have what the bytes of a file are known by.</summary>
    public static bool IsKnown => ArchiveOf is not null && StreamOf is not null;

    /// <summary>The budget of the file that an entry is read from.</summary>
    /// <returns>
    /// Null where the bytes are not known: the model is a folder, or was read by a version of ML.NET that keeps its file elsewhere.
    /// </returns>
    /// <exception cref="InvalidDataException">The entries of the file have far more bytes after inflation than the file has.</exception>
    public static MemoryBudget? Of(IHost host, ModelLoadContext ctx) => Of(host, ctx.Repository, ArchiveOf, StreamOf);

    internal static MemoryBudget? Of(IHost host, object? repository, FieldInfo? archiveOf, FieldInfo? streamOf)
    {
        if (archiveOf is null || streamOf is null)
        {
            using IChannel channel = host.Start("Loading");
            channel.Warning(
                "How many bytes a model file has is not known in this version of Microsoft.ML, so each part is held to a limit of memory by "
                + "what it has after inflation; load files from others with the version of Microsoft.ML that MLNet.DeepExt was built for.");
            return null;
        }

        return archiveOf.GetValue(repository) is ZipArchive archive && streamOf.GetValue(archive) is Stream stream
            ? Budgets.GetValue(archive, _ => Of(archive, stream.Length))
            : null;
    }

    private static MemoryBudget Of(ZipArchive archive, long length)
    {
        var budget = new MemoryBudget(length);
        long left = budget.Limit;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            // No entry gives more bytes than the directory says.
            if (entry.Length > left)
            {
                throw new InvalidDataException(
                    $"The entries of the model file of {length} bytes have more than {budget.Limit} bytes after inflation, the most that "
                    + "is read from a file of this size; the file is damaged, or was made to take memory.");
            }

            left -= entry.Length;
            if (entry.Length < 0 || entry.CompressedLength < 0 || entry.CompressedLength > length)
            {
                throw new InvalidDataException(
                    $"The directory of the model file of {length} bytes claims {entry.CompressedLength} bytes for the entry '{entry.FullName}', "
                    + $"and {entry.Length} after inflation; the file is damaged or changed.");
            }
        }

        return budget;
    }

    private static FieldInfo? FieldOf(Type type, string name, Type value) =>
        type.GetField(name, Private) is { } field && field.FieldType.IsAssignableTo(value) ? field : null;
}
