using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>A model file in memory, for tests that damage it.</summary>
internal sealed class ZipBytes(byte[] bytes)
{
    /// <summary>All of the file.</summary>
    public byte[] Bytes => bytes;

    public string[] EntryNames
    {
        get
        {
            using ZipArchive archive = Open();
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
    }

    /// <summary>The entries that hold what transformers of ours have learned.</summary>
    public string[] ContentEntries => [.. EntryNames.Where(name => Path.GetFileName(name.Replace('\\', '/')) == "Content")];

    /// <summary>The headers that ML.NET writes beside them.</summary>
    public string[] KeysOfContentEntries => Array.ConvertAll(ContentEntries, name => name[..^"Content".Length] + "Model.key");

    public byte[] Read(string entryName)
    {
        using ZipArchive archive = Open();
        using Stream stream = archive.GetEntry(entryName)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>The file with other bytes in one entry, and a directory that agrees with them.</summary>
    public byte[] With(string entryName, ReadOnlySpan<byte> content)
    {
        using var file = new MemoryStream();
        file.Write(bytes);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry(entryName)!.Delete();
            using Stream stream = archive.CreateEntry(entryName).Open();
            stream.Write(content);
        }

        return file.ToArray();
    }

    /// <summary>Where the compressed bytes of an entry lie in the file (local file header, APPNOTE.TXT 4.3.7).</summary>
    public Range CompressedRange(string entryName)
    {
        using ZipArchive archive = Open();
        int length = (int)archive.GetEntry(entryName)!.CompressedLength;
        ReadOnlySpan<byte> signature = [0x50, 0x4b, 3, 4];
        for (int header = 0; (header = bytes.AsSpan(header).IndexOf(signature) is >= 0 and int next ? header + next : -1) >= 0; header++)
        {
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(header + 26));
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(header + 28));
            if (System.Text.Encoding.UTF8.GetString(bytes, header + 30, nameLength) != entryName)
                continue;
            int start = header + 30 + nameLength + extraLength;
            return start..(start + length);
        }

        throw new InvalidOperationException($"The file has no header of the entry '{entryName}'.");
    }

    private ZipArchive Open() => new(new MemoryStream(bytes), ZipArchiveMode.Read);
}
