using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>Registers <typeparamref name="TModel"/> with ML.NET under its loader signature.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableModelAttribute<TModel>() : LoadableClassAttributeBase(
    summary: TModel.Format.Summary,
    instType: typeof(TModel),
    loaderType: typeof(ModelLoader<TModel>),
    argType: null,
    sigTypes: [typeof(SignatureLoadModel)],
    userName: TModel.Format.Summary,
    loadNames: [TModel.Format.LoaderSignature])
    where TModel : class, ILoadableModel<TModel>;
