using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>The method that ML.NET looks for, by reflection, when it meets an entry of ours.</summary>
internal static class ModelLoader<TModel>
    where TModel : class, ILoadableModel<TModel>
{
    public static TModel Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = env.Register(TModel.Format.LoaderSignature);
        using var content = ModelContent.Read(ctx, TModel.Format);
        return TModel.Load(host, content);
    }
}
