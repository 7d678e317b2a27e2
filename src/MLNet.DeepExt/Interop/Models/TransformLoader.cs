using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>The method that ML.NET looks for, by reflection, when it meets an entry of ours among transforms of data.</summary>
internal static class TransformLoader<TModel>
    where TModel : class, ITransformer, ILoadableModel<TModel>
{
    public static IDataTransform Create(IHostEnvironment env, ModelLoadContext ctx, IDataView input) =>
        (IDataTransform)ModelLoader<TModel>.Create(env, ctx).Transform(input);
}
