using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// Registers <typeparamref name="TModel"/> with ML.NET as a transform of data too, the form in which it loads what was saved of a data view.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableTransformAttribute<TModel>() : LoadableClassAttributeBase(
    summary: TModel.Format.Summary,
    instType: typeof(IDataTransform),
    loaderType: typeof(TransformLoader<TModel>),
    argType: null,
    sigTypes: [typeof(SignatureLoadDataTransform)],
    userName: TModel.Format.Summary,
    loadNames: [TModel.Format.LoaderSignature])
    where TModel : class, ITransformer, ILoadableModel<TModel>;
