using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;

namespace MLNet.DeepExt.Interop;

/// <summary>The method that ML.NET looks for, by reflection, when it meets an entry of ours among mappers of rows.</summary>
internal static class MapperLoader<TModel>
    where TModel : ColumnTransformer, ILoadableModel<TModel>
{
    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema) =>
        ModelLoader<TModel>.Create(env, ctx).CreateMapper(inputSchema);
}
