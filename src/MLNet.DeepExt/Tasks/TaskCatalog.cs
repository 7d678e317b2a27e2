using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

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
    /// <param name="numberOfFolds">How many folds, from 2 to 10,000. Each must get rows, which is checked before training.</param>
    /// <param name="labelColumnName">The column of labels.</param>
    /// <param name="samplingKeyColumnName">
    /// Rows with the same value in this column go into the same fold; null, the default, does not look at any.
    /// </param>
    /// <param name="exampleWeightColumnName">A column of weights for the metrics; null, the default, weighs all rows alike.</param>
    /// <param name="seed">The seed of the folds; null, the default, takes that of the context.</param>
    /// <returns>For each fold its model, its metrics and its scored rows.</returns>
    /// <exception cref="ArgumentException">The number of folds is out of its range, or a fold gets no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
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
        IHost host = Environment.Register(nameof(CrossValidate));
        RequireColumn("label", labelColumnName);
        if (exampleWeightColumnName is not null)
            RequireColumn("weight", exampleWeightColumnName);
        foreach (DataOperationsCatalog.TrainTestData fold in
            Folds.Of(_context.Data, host, data, numberOfFolds, samplingKeyColumnName, seed))
        {
            ITransformer model = SourceFault.Surfaced(() => estimator.Fit(fold.TrainSet));
            IDataView scored = model.Transform(fold.TestSet);
            TMetrics metrics = EvaluateFold(scored, labelColumnName, exampleWeightColumnName);
            results.Add(FoldResults.Create(model, metrics, scored, results.Count));
        }

        return results;

        // A custom estimator may not know its output: it is asked only for a column that it has to make.
        void RequireColumn(string role, string name)
        {
            if (data.Schema.GetColumnOrNull(name) is null)
                SchemaShapes.RequireName(host, estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)), role, name);
        }
    }

    /// <summary>Evaluates scored rows with the usual names of the score columns.</summary>
    private protected abstract TMetrics EvaluateFold(IDataView scored, string labelColumnName, string? exampleWeightColumnName);
}
