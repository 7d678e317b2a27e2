using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Data.IO;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>Column types and annotations as the bytes of an ML.NET binary data file without rows.</summary>
internal static class SchemaContent
{
    public static void Write(BinaryWriter writer, IHost host, DataViewSchema schema)
    {
        using var bytes = new MemoryStream();
        var saver = new BinarySaver(host, new BinarySaver.Arguments { Silent = true });
        using (IChannel channel = host.Start("Saving schema"))
            DataSaverUtils.SaveDataView(channel, saver, new EmptyDataView(host, schema), bytes);
        writer.Write((int)bytes.Length);
        writer.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static DataViewSchema Read(BinaryReader reader, IHost host)
    {
        var bytes = new MemoryStream(reader.ReadBytes(reader.ReadCount("bytes of a schema", bytesPerItem: 1)), writable: false);
        // Annotations of the schema read from the stream when they are asked for, so the loader keeps it.
        return new BinaryLoader(host, new BinaryLoader.Arguments(), bytes).Schema;
    }
}
