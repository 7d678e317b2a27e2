using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Splits;

namespace MLNet.DeepExt.Search;

/// <summary>A search for hyper-parameters that has not run yet: what is tried, and what trials are compared by. Immutable.</summary>
public sealed class ModelSearch
{
    private readonly MLContext _context;
    private readonly SearchSpace _space;
    private readonly Func<Trial, IEstimator<ITransformer>> _factory;
    private readonly Objective? _objective;

    internal ModelSearch(
        MLContext context, SearchSpace space, Func<Trial, IEstimator<ITransformer>> factory, Objective? objective = null)
    {
        _context = context;
        _space = space;
        _factory = factory;
        _objective = objective;
    }

    /// <summary>As much as possible of a criterion of the dev rows, or of the model.</summary>
    /// <param name="criterion">A criterion of which more is better; a metric is one.</param>
    /// <exception cref="ArgumentException">Less of it is better.</exception>
    /// <exception cref="InvalidOperationException">There is a criterion to optimize already.</exception>
    public ModelSearch Maximize(Criterion criterion) => Optimize(Objective.Maximize(criterion));

    /// <summary>Searches for the highest value of a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">A metric of which more is better.</param>
    /// <inheritdoc cref="Maximize(Criterion)" path="exception"/>
    public ModelSearch Maximize(Metric metric) => Maximize((Criterion)metric);

    /// <summary>As little as possible of a criterion of the dev rows, or of the model.</summary>
    /// <param name="criterion">A criterion of which less is better; a metric is one.</param>
    /// <exception cref="ArgumentException">More of it is better.</exception>
    /// <exception cref="InvalidOperationException">There is a criterion to optimize already.</exception>
    public ModelSearch Minimize(Criterion criterion) => Optimize(Objective.Minimize(criterion));

    /// <summary>Searches for the lowest value of a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">A metric of which less is better.</param>
    /// <inheritdoc cref="Minimize(Criterion)" path="exception"/>
    public ModelSearch Minimize(Metric metric) => Minimize((Criterion)metric);

    /// <summary>The same with another constraint, which the winner has to meet.</summary>
    /// <param name="criterion">What has to be good enough.</param>
    /// <param name="atLeast">The least value that is allowed; null, the default, is none.</param>
    /// <param name="atMost">The largest value that is allowed; null, the default, is none.</param>
    /// <exception cref="ArgumentException">There is no bound, or none that can be met.</exception>
    /// <exception cref="InvalidOperationException">There is no criterion to optimize yet.</exception>
    public ModelSearch SubjectTo(Criterion criterion, double? atLeast = null, double? atMost = null) =>
        new(_context, _space, _factory, RequireObjective().SubjectTo(criterion, atLeast, atMost));

    /// <summary>Constrains a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="atLeast">The least value that is allowed; null, the default, is none.</param>
    /// <param name="atMost">The largest value that is allowed; null, the default, is none.</param>
    /// <inheritdoc cref="SubjectTo(Criterion, double?, double?)" path="exception"/>
    public ModelSearch SubjectTo(Metric metric, double? atLeast = null, double? atMost = null) => SubjectTo((Criterion)metric, atLeast, atMost);

    /// <summary>Runs the search on the train and dev rows of a split; its test rows are not touched.</summary>
    /// <param name="split">The rows.</param>
    /// <param name="options">How it is run; they are copied. Null, the default, is 50 trials.</param>
    /// <inheritdoc cref="Run(IDataView, IDataView, SearchOptions?)" path="exception"/>
    public SearchResult Run(TrainDevTestData split, SearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(split);
        return Run(split.Train, split.Dev, options);
    }

    /// <summary>Runs the search.</summary>
    /// <param name="train">The rows that pipelines are fitted to.</param>
    /// <param name="dev">The rows that models are measured on.</param>
    /// <param name="options">How it is run; they are copied. Null, the default, is 50 trials.</param>
    /// <remarks>
    /// A trial that throws has failed, and the others go on. If the folder fails while the search runs, no trial begins any more, those that run
    /// go on to their ends, and the search throws a <see cref="SearchInterruptedException"/>, whose Result has all trials that ended.
    /// <para>
    /// Models that are not the best are disposed of as soon as that is known, as far as trainers made them: what a trainer returns belongs to the
    /// search until it ends, and <see cref="SearchResult.Model"/> then belongs to the caller. Other transformers of a pipeline, which the
    /// function that makes pipelines may share among trials, are not disposed of.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <exception cref="InvalidOperationException">
    /// Nothing is to be optimized; the folder holds another search; or no trial has figures: the first 3, or all, failed.
    /// </exception>
    /// <exception cref="InvalidDataException">The folder's journal was damaged before the search began.</exception>
    /// <exception cref="IOException">
    /// The folder cannot be used from the start: it is a file, cannot be written to, its disk is full, or its file system does not lock files.
    /// </exception>
    /// <exception cref="SearchInterruptedException">
    /// The search began and could not go on: the folder was moved, deleted or damaged, its disk is full, or a trial did not stop when its time
    /// was over. Its Result has what was found.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial had ended.</exception>
    public SearchResult Run(IDataView train, IDataView dev, SearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(dev);
        Objective objective = RequireObjective();
        options ??= new SearchOptions();
        if (options.FindFault(_space) is { } fault)
            throw fault.ToException();
        SearchOptions copy = options.Copy();
        copy.Evaluation.SplitLabelColumnName = SplitLabels.Find(dev);
        IHost host = ((IHostEnvironment)_context).Register("Search");
        var plan = new SearchPlan
        {
            Context = _context,
            Host = host,
            Space = _space,
            Factory = _factory,
            Objective = objective,
            Train = copy.Cache ? CachedRows.Of(host, train) : train,
            Dev = copy.Cache ? CachedRows.Of(host, dev) : dev,
            GivenTrain = train,
            GivenDev = dev,
            Options = copy,
        };
        using var ending = new SearchEnding(host, copy.TimeProvider, copy.CancellationToken);
        using var run = new SearchRun(plan, ending);
        return run.Run();
    }

    private ModelSearch Optimize(Objective objective) => _objective is null
        ? new ModelSearch(_context, _space, _factory, objective)
        : throw new InvalidOperationException(
            $"The search is to {_objective} already; demand what others have to be with SubjectTo.");

    private Objective RequireObjective() => _objective
        ?? throw new InvalidOperationException("The search has nothing to optimize; begin with Maximize or Minimize, of Metric.Accuracy, say.");
}
