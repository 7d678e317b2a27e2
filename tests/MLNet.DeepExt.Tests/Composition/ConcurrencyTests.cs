using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>One fitted model among many threads; and many trainings at once.</summary>
[Collection(nameof(ConcurrencyTests))]
[CollectionDefinition(nameof(ConcurrencyTests), DisableParallelization = true)]
public sealed class ConcurrencyTests
{
    private const int Threads = 16;

    private static readonly TaskRow[] Rows = TaskRow.Generate(300, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ConcurrencyTests() => _data = _context.Data.LoadFromEnumerable(Rows);

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Sixteen_threads_score_what_one_scores(string kind)
    {
        ITransformer model = Fit(kind);
        string[] expected = OutputText.Of(model, _data);
        string[][] results = OnThreads(_ => OutputText.Of(model, _context.Data.LoadFromEnumerable(Rows)));
        Assert.All(results, result => Assert.Equal(expected, result));
        // And all of them read one and the same scored view.
        IDataView scored = model.Transform(_data);
        Assert.All(OnThreads(_ => OutputText.Of(scored)), result => Assert.Equal(expected, result));
    }

    [Fact]
    public void A_prediction_engine_for_each_thread_and_a_pool_of_them_predict_what_one_predicts()
    {
        ITransformer model = Fit("Binary");
        float[] expected = [.. model.Transform(_data).GetColumn<float>("Score")];
        Assert.All(
            OnThreads(_ =>
            {
                using var engine = new MLContext().Model.CreatePredictionEngine<TaskRow, Scored>(model);
                return Rows.Select(row => engine.Predict(row).Score).ToArray();
            }),
            result => Assert.Equal(expected, result));

        var pool = new DefaultObjectPool<PredictionEngine<TaskRow, Scored>>(new EnginePolicy(_context, model), maximumRetained: 4);
        Assert.All(
            OnThreads(_ => Rows.Select(row =>
            {
                PredictionEngine<TaskRow, Scored> engine = pool.Get();
                float score = engine.Predict(row).Score;
                pool.Return(engine);
                return score;
            }).ToArray()),
            result => Assert.Equal(expected, result));
    }

    // Monitors count how often one had to wait for another: scoring itself takes none.
    [Fact]
    public void Nothing_waits_for_a_lock_while_rows_are_scored()
    {
        ITransformer model = Fit("Multiclass");
        var predictions = new Action[Threads];
        for (int thread = 0; thread < Threads; thread++)
        {
            var engine = new MLContext().Model.CreatePredictionEngine<TaskRow, ScoredClass>(model);
            predictions[thread] = () =>
            {
                foreach (TaskRow row in Rows)
                    engine.Predict(row);
            };
            predictions[thread]();
        }

        long before = Monitor.LockContentionCount;
        OnThreads(thread =>
        {
            for (int repetition = 0; repetition < 20; repetition++)
                predictions[thread]();
            return 0;
        });
        long contended = Monitor.LockContentionCount - before;
        // No other test runs beside this one; a lock for each of 96,000 predictions would be contended thousands of times.
        Assert.InRange(contended, 0, 100);
    }

    [Fact]
    public void Trainings_at_the_same_time_in_one_context_learn_what_each_learns_alone()
    {
        string[] kinds = [.. TrainerKind.All.Select(kind => kind.Name)];
        string[][] alone = Array.ConvertAll(kinds, kind => OutputText.Of(Fit(kind), _data));
        string[][] together = OnThreads(thread => OutputText.Of(Fit(kinds[thread % kinds.Length]), _data));
        for (int thread = 0; thread < together.Length; thread++)
            Assert.Equal(alone[thread % kinds.Length], together[thread]);
    }

    private ITransformer Fit(string kind) => TaskRow.Preparation(_context).Append(TrainerKind.Of(kind).Create(_context)).Fit(_data);

    // All begin at the same moment.
    private static T[] OnThreads<T>(Func<int, T> work)
    {
        using var barrier = new Barrier(Threads);
        var results = new T[Threads];
        var failures = new Exception?[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                barrier.SignalAndWait();
                results[number] = work(number);
            }
            catch (Exception exception)
            {
                failures[number] = exception;
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(failures, Assert.Null);
        return results;
    }

    private sealed class EnginePolicy(MLContext context, ITransformer model) : PooledObjectPolicy<PredictionEngine<TaskRow, Scored>>
    {
        public override PredictionEngine<TaskRow, Scored> Create() => context.Model.CreatePredictionEngine<TaskRow, Scored>(model);

        public override bool Return(PredictionEngine<TaskRow, Scored> obj) => true;
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }

    private sealed class ScoredClass
    {
        public float[] Score { get; set; } = [];
    }
}
