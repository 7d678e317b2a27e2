using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>The method that ML.NET looks for, by reflection, when it meets an entry of ours.</summary>
internal static class ModelLoader<TModel>
    where TModel : class, ILoadableModel<TModel>
{
    public static TModel Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = env.Register(TModel.Format.LoaderSignature);
        try
        {
            using var content = ModelContent.Read(host, ctx, TModel.Format);
            TModel model = TModel.Load(host, content);
            ModelContent.RequireEnd(content, TModel.Format);
            return model;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Content with a right checksum may still be made to harm, and part of it is read by ML.NET, which may throw whatever it
            // meets. Processed, ML.NET tells it on as the InvalidOperationException that it throws for any file it cannot load. The cause
            // is in the message and not an inner exception, so that the innermost exception is of one type, whatever was wrong.
            throw host.Process(new InvalidDataException(exception switch
            {
                InvalidDataException => exception.Message,
                OutOfMemoryException =>
                    $"The {TModel.Format.Summary} in the model file takes more memory than the process may have; load it where there is more.",
                _ => $"The {TModel.Format.Summary} in the model file is damaged: {OptionFault.Repeat(exception)}",
            }));
        }
    }
}
