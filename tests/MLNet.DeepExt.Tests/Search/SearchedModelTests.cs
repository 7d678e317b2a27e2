using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>The model of the winner, and those that are no longer needed.</summary>
[Trait("Spec", "C5")]
public sealed class SearchedModelTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(1e-9, false)]
    [InlineData(0.5, true)]
    public void A_model_that_is_fitted_once_more_and_is_another_one_is_said_to_be(double change, bool isSaid)
    {
        SearchProbes.Run(context => NumberSearch.Of(context, trial => trial.Number), new SearchOptions { Trials = 3, Folder = Folder });
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "Search; Model");
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult changed = NumberSearch.Of(context, trial => trial.Number + change)
            .Run(train, dev, new SearchOptions { Trials = 3, Folder = Folder });
        Assert.Equal(2 + change, ((PlainModel)changed.Model).Value);
        Assert.Equal(
            isSaid
                ? ["The model of trial 2, fitted once more, is not the one that was measured: its value on the dev rows is 2.5 but was 2. " +
                    "See that the "
                    + "pipeline and the rows are still the same, and that its trainers give the same each time, with one thread, say."]
                : [],
            log.Of(ChannelMessageKind.Warning));
        TestReport report = changed.ReportOnTest(dev);
        Assert.Equal((2.0, 2 + change), (report.Trial.Figures["value"], report.DevFigures["value"]));
    }

    [Fact]
    public void What_hangs_on_a_context_that_was_cancelled_is_an_error_in_words()
    {
        SearchProbes.Run(Search, new SearchOptions { Trials = 3, Folder = Folder });
        SearchResult result = SearchProbes.Run(
            context =>
            {
                ModelSearch search = Search(context);
                context.CancelExecution();
                return search;
            },
            new SearchOptions { Trials = 5, Folder = Folder, Cache = false });
        Assert.Equal(3, result.Trials.Count);
        Assert.Equal(
            "The context of the search was cancelled, and the rows or the model that are needed hang on it; " +
                "run the search in a new context, with the same "
            + "folder where it has one, and ask that result.",
            Assert.Throws<InvalidOperationException>(() => result.Model).Message);

        static ModelSearch Search(MLContext context)
        {
            IHost host = ((IHostEnvironment)context).Register("Test");
            return NumberSearch.Of(context, trial =>
            {
                host.ThrowIfCancelled();
                return trial.Number;
            });
        }
    }

    [Fact]
    public void After_the_context_was_cancelled_a_model_that_is_there_is_measured_on_rows_of_another()
    {
        var context = new MLContext(seed: 1);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = ProbeSearch.Networks(context).Run(train, dev, new SearchOptions { Trials = 1 });
        context.CancelExecution();
        Assert.Equal(result.Best!.Figures["fit"], result.ReportOnTest(ProbeSearch.Rows(new MLContext(seed: 2)).Dev).Figures["fit"]);
    }

    [Fact]
    public void Models_of_trainers_that_are_not_the_best_are_disposed_of()
    {
        List<Held> made = [];
        double[] values = [2, 1, 5, 4, 5];
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection.Search(
                new SearchSpace { ["X"] = Range.Linear(0, 1) },
                trial => new EstimatorChain<ITransformer>().Append(new Holder(() =>
                {
                    made.Add(new Held(values[trial.Number]));
                    return made[^1];
                }))).Maximize(Criterion.Of("value", higherIsBetter: true, (model, _) => ((TransformerChain<Held>)model).LastTransformer.Value)),
            new SearchOptions { Trials = 5 });
        Assert.Equal([1, 1, 0, 1, 1], made.Select(model => model.Disposed));
        Assert.Same(made[2], ((TransformerChain<Held>)result.Model).LastTransformer);
    }

    private sealed class Holder(Func<Held> fit) : IEstimator<Held>
    {
        public Held Fit(IDataView input) => fit();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Held(double value) : IPredictionTransformer<object>, IDisposable
    {
        public double Value => value;

        public int Disposed { get; private set; }

        public object Model => this;

        public bool IsRowToRowMapper => false;

        public void Dispose() => Disposed++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
