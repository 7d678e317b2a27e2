using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>The environment (log, seed, cancellation) behind a catalog of an <see cref="MLContext"/>.</summary>
internal static class CatalogEnvironment
{
    public static IHostEnvironment Of(TransformsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Of(DataOperationsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Of(TrainCatalogBase catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Of(BinaryClassificationCatalog.BinaryClassificationTrainers catalog) =>
        CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Of(RegressionCatalog.RegressionTrainers catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Of(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog) =>
        CatalogUtils.GetEnvironment(catalog);
}
