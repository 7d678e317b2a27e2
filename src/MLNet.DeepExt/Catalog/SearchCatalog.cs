using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;

namespace Microsoft.ML;

/// <summary>Adds <c>Search</c>, for hyper-parameters, to the choice of models.</summary>
public static class SearchCatalog
{
    /// <summary>Searches hyper-parameters: fits pipelines with many of them, and keeps what is best on the dev rows.</summary>
    /// <param name="catalog">The choice of models of a context.</param>
    /// <param name="space">The parameters and their ranges; they are copied.</param>
    /// <param name="pipelineFactory">
    /// Makes the pipeline of a trial, of any estimators, in the context of the trial. With several trials at once it is called by
    /// several threads.
    /// </param>
    /// <exception cref="ArgumentException">The space is empty, or one of its conditions cannot be met.</exception>
    /// <example>
    /// <code>
    /// var space = new SearchSpace { ["LearningRate"] = Range.Log(1e-4, 1e-1), ["Units"] = Range.Integer(32, 512, log: true) };
    /// SearchResult result = ml.ModelSelection
    ///     .Search(space, trial =&gt; trial.Context.Transforms.NormalizeInputs("Features")
    ///         .Append(trial.Context.MulticlassClassification.Trainers.NeuralNetwork(new()
    ///         {
    ///             LearningRate = trial.Get&lt;double&gt;("LearningRate"),
    ///             HiddenUnits = [trial.Get&lt;int&gt;("Units")],
    ///         })))
    ///     .Maximize(Metric.Accuracy)
    ///     .Run(split, new SearchOptions { Trials = 30, Scheduler = new AsynchronousHalving(), Folder = "search" });
    /// Console.WriteLine(result);
    /// Console.WriteLine(result.ReportOnTest(split.Test));
    /// </code>
    /// </example>
    public static ModelSearch Search(
        this ModelSelectionCatalog catalog, MLNet.DeepExt.Search.SearchSpace space, Func<Trial, IEstimator<ITransformer>> pipelineFactory)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(pipelineFactory);
        MLNet.DeepExt.Search.SearchSpace copy = space.Copy();
        return copy.FindFault() is { } fault ? throw fault.ToException() : new ModelSearch(catalog.Context, copy, pipelineFactory);
    }
}
