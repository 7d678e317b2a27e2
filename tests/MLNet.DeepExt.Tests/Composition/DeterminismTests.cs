using System.IO.Compression;
using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>What the page docs/DETERMINISM.md promises of whole pipelines; the engine's tests hold what it promises of the engine.</summary>
public sealed class DeterminismTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(200, seed: 1);

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Any_number_of_threads_saves_the_same_model_to_the_last_bit(string kind)
    {
        Dictionary<string, byte[]> expected = Entries(kind, threads: 1);
        foreach (int threads in new[] { 1, 2, 3, 16 })
            AssertEqual(expected, Entries(kind, threads));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Streaming_within_the_buffer_learns_the_same_as_memory(string kind) =>
        AssertEqual(Entries(kind, threads: 1), Entries(kind, threads: 2, options => options.DataMode = DataMode.Streaming));

    [Fact]
    public void The_seed_of_the_context_decides_where_a_trainer_has_none()
    {
        Assert.Equal(Scores(seed: 1), Scores(seed: 1));
        Assert.NotEqual(Scores(seed: 1), Scores(seed: 2));
        Assert.NotEqual(Scores(seed: null), Scores(seed: null));
    }

    [Fact]
    public void Trainers_of_one_context_draw_their_seeds_in_the_order_in_which_they_are_made()
    {
        var context = new MLContext(seed: 1);
        IDataView data = TaskRow.Prepare(context, Rows);
        IEstimator<NeuralNetworkTransformer> first = Create(context), second = Create(context);
        string[] ofFirst = OutputText.Of(first.Fit(data), data), ofSecond = OutputText.Of(second.Fit(data), data);
        Assert.NotEqual(ofFirst, ofSecond);
        // Fitting again draws nothing anew.
        Assert.Equal(ofSecond, OutputText.Of(second.Fit(data), data));
        Assert.Equal(ofFirst, OutputText.Of(first.Fit(data), data));

        static IEstimator<NeuralNetworkTransformer> Create(MLContext context) =>
            TrainerKind.Binary.Create(context, options => options.Seed = null);
    }

    [Fact]
    public void A_set_of_parallel_cursors_gives_the_scores_of_one_cursor()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.Cache(context.Data.LoadFromEnumerable(TaskRow.Generate(5000, seed: 2)));
        ITransformer model = TaskRow.Preparation(context).Append(TrainerKind.Regression.Create(context)).Fit(data);
        IDataView scored = model.Transform(data);
        IEnumerable<(float, float)> expected = Read(scored.GetRowCursor(scored.Schema));
        DataViewRowCursor[] cursors = scored.GetRowCursorSet(scored.Schema, 4);
        Assert.Equal(expected.Order(), cursors.SelectMany(Read).Order());

        static List<(float Row, float Score)> Read(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                var scores = new List<(float, float)>();
                ValueGetter<float> row = cursor.GetGetter<float>(cursor.Schema["A"]), score = cursor.GetGetter<float>(cursor.Schema["Score"]);
                float a = 0, value = 0;
                while (cursor.MoveNext())
                {
                    row(ref a);
                    score(ref value);
                    scores.Add((a, value));
                }

                return scores;
            }
        }
    }

    private static void AssertEqual(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, entry => Assert.Equal(entry.Value, actual[entry.Key]));
    }

    private static string[] Scores(int? seed)
    {
        var context = new MLContext(seed);
        IDataView data = TaskRow.Prepare(context, Rows);
        return OutputText.Of(TrainerKind.Binary.Fit(context, data, options => options.Seed = null), data);
    }

    // Zips hold times; what is in them does not.
    private static Dictionary<string, byte[]> Entries(string kind, int threads, Action<NeuralNetworkOptions>? set = null)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(Rows);
        ITransformer model = TaskRow.Preparation(context).Append(TrainerKind.Of(kind).Create(context, options =>
        {
            options.NumberOfThreads = threads;
            set?.Invoke(options);
        })).Fit(rows);
        using var file = new MemoryStream();
        context.Model.Save(model, rows.Schema, file);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        return zip.Entries.Where(entry => !entry.FullName.Contains("Version.txt", StringComparison.Ordinal)).ToDictionary(
            entry => entry.FullName, entry =>
            {
                using Stream stream = entry.Open();
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                return bytes.ToArray();
            });
    }
}
