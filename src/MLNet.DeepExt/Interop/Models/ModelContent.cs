using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// The one entry of a model file that holds all that a component of ours has learned, behind a checksum: ML.NET does not
/// protect its own entries, and a damaged file must not turn into another model.
/// </summary>
internal static class ModelContent
{
    private const string EntryName = "Content";

    public static void Write(ModelSaveContext ctx, ModelFormat format, Action<BinaryWriter> writeContent)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(format.VersionInfo);

        using var payload = new MemoryStream();
        using (var writer = new BinaryWriter(payload, Encoding.UTF8, leaveOpen: true))
        {
            // Inside the checksum, so that the content of one kind cannot pass for that of another.
            writer.Write(format.LoaderSignature);
            writeContent(writer);
        }

        ctx.SaveBinaryStream(EntryName, entry => ChecksummedBlock.Write(entry.BaseStream, payload.GetBuffer().AsSpan(0, (int)payload.Length)));
    }

    public static ContentReader Read(IHost host, ModelLoadContext ctx, ModelFormat format)
    {
        ctx.CheckAtModel(format.VersionInfo);
        MemoryBudget? budget = ArchiveBudget.Of(host, ctx);

        byte[]? payload = null;
        if (!ctx.TryLoadBinaryStream(EntryName, entry => payload = ReadBlock(entry.BaseStream, budget)) || payload is null)
        {
            throw new InvalidDataException(
                $"The {format.Summary} in the model file lacks its entry '{EntryName}'; the file is damaged or changed.");
        }

        var reader = new ContentReader(payload, budget ?? new MemoryBudget(payload.Length));
        string signature = reader.ReadString();
        if (signature != format.LoaderSignature)
        {
            throw new InvalidDataException(
                $"The model file holds the content of '{signature}' where '{format.LoaderSignature}' was expected; "
                + "the file is damaged or changed.");
        }

        return reader;
    }

    /// <summary>Demands that all has been read: what follows was written by something else, and says nothing that is known.</summary>
    /// <exception cref="InvalidDataException">There are bytes left.</exception>
    public static void RequireEnd(ContentReader content, ModelFormat format)
    {
        long left = content.BaseStream.Length - content.BaseStream.Position;
        if (left > 0)
        {
            throw new InvalidDataException(
                $"The {format.Summary} in the model file is followed by {left} bytes that do not belong to it; "
                + "the file is damaged or changed.");
        }
    }

    private static byte[] ReadBlock(Stream entry, MemoryBudget? budget)
    {
        byte[] payload = ChecksummedBlock.Read(entry, budget);
        return entry.ReadByte() < 0
            ? payload
            : throw new InvalidDataException($"An entry of the model file goes on after its block of {payload.Length} bytes; the file is damaged.");
    }
}
