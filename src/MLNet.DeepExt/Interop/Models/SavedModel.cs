using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>What a model is as a file, for who has a host and no context.</summary>
internal static class SavedModel
{
    /// <summary>How many bytes the file has.</summary>
    public static long CountBytes(IHost host, ITransformer model, DataViewSchema inputSchema)
    {
        using var stream = new CountingStream();
        new ModelOperationsCatalog(host).Save(model, inputSchema, stream);
        return stream.Length;
    }
}
