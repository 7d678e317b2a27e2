using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Tasks;

/// <summary>What the catalogs of tasks that ML.NET has none for have in common.</summary>
/// <typeparam name="TMetrics">What a model for the task is judged by.</typeparam>
public abstract class TaskCatalog<TMetrics>
    where TMetrics : class
{
    private readonly MLContext _context;

    private protected TaskCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
    }

    internal IHostEnvironment Environment => _context;

    /// <summary>
    /// Trains on all folds but one and evaluates on that one, for each fold in turn. Rows get into folds at random, or by a column that
    /// keeps rows together.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="estimator">What to train: a pipeline that ends in the columns that Evaluate reads.</param>
    /// <param name="numberOfFolds">How many folds, at least 2.</param>
    /// <param name="labelColumnName">The column of labels.</param>
    /// <param name="samplingKeyColumnName">
    /// Rows with the same value in this column go into the same fold; null, the default, does not look at any.
    /// </param>
    /// <param name="exampleWeightColumnName">A column of weights for the metrics; null, the default, weighs all rows alike.</param>
    /// <param name="seed">The seed of the folds; null, the default, takes that of the context.</param>
    /// <returns>For each fold its model, its metrics and its scored rows.</returns>
    public IReadOnlyList<TrainCatalogBase.CrossValidationResult<TMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string? samplingKeyColumnName = null,
        string? exampleWeightColumnName = null,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        var results = new List<TrainCatalogBase.CrossValidationResult<TMetrics>>();
        foreach (DataOperationsCatalog.TrainTestData fold in
            _context.Data.CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed))
        {
            ITransformer model = SourceFault.Surfaced(() => estimator.Fit(fold.TrainSet));
            IDataView scored = model.Transform(fold.TestSet);
            TMetrics metrics = EvaluateFold(scored, labelColumnName, exampleWeightColumnName);
            results.Add(FoldResults.Create(model, metrics, scored, results.Count));
        }

        return results;
    }

    /// <summary>Evaluates scored rows with the usual names of the score columns.</summary>
    private protected abstract TMetrics EvaluateFold(IDataView scored, string labelColumnName, string? exampleWeightColumnName);
}
