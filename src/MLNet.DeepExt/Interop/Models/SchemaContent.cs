using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Data.IO;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;

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

    public static DataViewSchema Read(ContentReader reader, IHost host)
    {
        byte[] bytes = reader.ReadBytes(reader.ReadCount("bytes of a schema", bytesPerItem: 1, bytesInMemory: 1));
        SchemaBytes.RequireHonest(bytes, reader.Budget);
        DataViewSchema stored = new BinaryLoader(host, new BinaryLoader.Arguments(), new BudgetedStream(bytes)).Schema;
        // Its annotations are read from the stream whenever they are asked for. They are read once, here, where what is wrong with them
        // belongs.
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in stored)
        {
            var annotations = new AnnotationBuilder();
            foreach (DataViewSchema.Column annotation in column.Annotations.Schema)
                annotations.CopyValue(column, annotation.Name);
            builder.AddColumn(column.Name, column.Type, annotations.Build());
        }

        return builder.ToSchema();
    }
}
