using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Models;

namespace MLNet.DeepExt.Interop;

/// <summary>
/// Registers <typeparamref name="TModel"/> with ML.NET as a mapper of rows too, the form in which it loads what was saved of a data view that
/// maps columns to columns.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableMapperAttribute<TModel>() : LoadableClassAttributeBase(
    summary: TModel.Format.Summary,
    instType: typeof(IRowMapper),
    loaderType: typeof(MapperLoader<TModel>),
    argType: null,
    sigTypes: [typeof(SignatureLoadRowMapper)],
    userName: TModel.Format.Summary,
    loadNames: [TModel.Format.LoaderSignature])
    where TModel : ColumnTransformer, ILoadableModel<TModel>;
