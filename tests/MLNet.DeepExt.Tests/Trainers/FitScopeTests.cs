using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Trainings that are paused, resumed and ended by whoever fits the pipeline that they are in.</summary>
[Trait("Spec", "C5")]
public sealed class FitScopeTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string Prefix => _folder.PathOf("trial");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pausing_and_going_on_comes_to_the_same_network_to_the_bit()
    {
        float[] whole = Scores(Fit(new FitScopeSettings(), epochs: 7));
        var paused = new List<int>();
        foreach (int pause in new[] { 1, 3, 5 })
        {
            TransformerChain<NeuralNetworkMulticlassTransformer> model =
                Fit(new FitScopeSettings { PauseAfterEpochs = pause, CheckpointPrefix = Prefix }, epochs: 7);
            paused.Add(model.LastTransformer.Model.History!.Epochs.Count);
            Assert.NotEqual(whole, Scores(model));
        }

        Assert.Equal([1, 3, 5], paused);
        Assert.Equal(whole, Scores(Fit(new FitScopeSettings { CheckpointPrefix = Prefix }, epochs: 7)));
    }

    [Fact]
    public void A_pause_that_was_passed_before_trains_no_further()
    {
        Fit(new FitScopeSettings { PauseAfterEpochs = 4, CheckpointPrefix = Prefix }, epochs: 7);
        int epochs = Fit(new FitScopeSettings { PauseAfterEpochs = 2, CheckpointPrefix = Prefix }, epochs: 7)
            .LastTransformer.Model.History!.Epochs.Count;
        Assert.Equal(4, epochs);
    }

    [Fact]
    public void A_file_of_another_training_is_of_no_harm()
    {
        Fit(new FitScopeSettings { PauseAfterEpochs = 2, CheckpointPrefix = Prefix }, epochs: 6);
        Assert.Equal(Scores(Fit(new FitScopeSettings(), epochs: 7)), Scores(Fit(new FitScopeSettings { CheckpointPrefix = Prefix }, epochs: 7)));
    }

    [Fact]
    public void Those_who_are_fitted_within_a_scope_share_no_file_of_their_own()
    {
        using (FitScope scope = FitScope.Open(new FitScopeSettings()))
            EpochsOf(Pipeline(new MLContext(1), epochs: 2, new Checkpoint(_folder.PathOf("own"))));
        Assert.False(File.Exists(_folder.PathOf("own")));
        EpochsOf(Pipeline(new MLContext(1), epochs: 2, new Checkpoint(_folder.PathOf("own"))));
        Assert.True(File.Exists(_folder.PathOf("own")));
    }

    [Fact]
    public void Every_training_of_a_scope_has_a_file_of_its_own_and_is_counted()
    {
        var ml = new MLContext(1);
        IDataView rows = ml.Data.LoadFromEnumerable(SampleRow.Generate(200, seed: 1));
        using (FitScope scope = FitScope.Open(new FitScopeSettings { CheckpointPrefix = Prefix }))
        {
            var pipeline = SamplePipeline.Preparation(ml)
                .Append(ml.MulticlassClassification.Trainers.OneVersusAll(
                    ml.BinaryClassification.Trainers.NeuralNetwork(new() { HiddenUnits = [4], MaximumEpochs = 2, Seed = 3 })));
            pipeline.Fit(rows);
            Assert.Equal(4, scope.Trainings); // ML.NET fits the first of the three classes twice
        }

        Assert.Equal(
            ["trial-1.checkpoint", "trial-2.checkpoint", "trial-3.checkpoint", "trial-4.checkpoint"],
            Directory.GetFiles(Path.GetDirectoryName(Prefix)!, "*.checkpoint").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_cancelled_scope_ends_a_training_with_its_best_so_far()
    {
        using var source = new CancellationTokenSource();
        int epochs = 0;
        var ending = new EpochCounter(() =>
        {
            if (++epochs == 2)
                source.Cancel();
        });
        TransformerChain<NeuralNetworkMulticlassTransformer> model =
            Fit(new FitScopeSettings { CancellationToken = source.Token }, epochs: 50, ending);
        Assert.Equal(2, model.LastTransformer.Model.History!.Epochs.Count);
    }

    [Fact]
    public void A_scope_ends_where_it_is_disposed_and_the_outer_one_goes_on()
    {
        using FitScope outer = FitScope.Open(new FitScopeSettings());
        using (FitScope inner = FitScope.Open(new FitScopeSettings { PauseAfterEpochs = 1 }))
        {
            Assert.Equal(1, EpochsOf(Pipeline(new MLContext(1), epochs: 3, checkpoint: null)));
            Assert.Equal((0, 1), (outer.Trainings, inner.Trainings));
        }

        Assert.Equal(3, EpochsOf(Pipeline(new MLContext(1), epochs: 3, checkpoint: null)));
        Assert.Equal(1, outer.Trainings);
    }

    [Fact]
    public async Task Scopes_of_threads_do_not_know_each_other()
    {
        int[] epochs = await Task.WhenAll(Enumerable.Range(1, 4).Select(pause => Task.Run(() =>
        {
            using FitScope scope = FitScope.Open(new FitScopeSettings { PauseAfterEpochs = pause });
            return EpochsOf(Pipeline(new MLContext(1), epochs: 6, checkpoint: null));
        })));
        Assert.Equal([1, 2, 3, 4], epochs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Trainings_that_run_at_once_have_no_more_threads_than_one_may_have(int parallel)
    {
        int most = TrainingOptions.MostThreads, processors = Environment.ProcessorCount;
        var settings = new FitScopeSettings { ParallelTrainings = parallel };
        using var control = new FitControl(settings, number: 1, CancellationToken.None);
        TrainingOptions asked = control.Apply(new TrainingOptions { NumberOfThreads = most });
        TrainingOptions automatic = control.Apply(new TrainingOptions());
        TrainingOptions one = control.Apply(new TrainingOptions { NumberOfThreads = 1 });
        Assert.InRange(asked.NumberOfThreads!.Value * parallel, 1, Math.Max(most, parallel));
        Assert.Equal(1, one.NumberOfThreads);
        (int?, int?, int?) expected = parallel == 1
            ? (most, null, null)
            : (Math.Max(1, most / parallel), Math.Max(1, processors / parallel), 0);
        Assert.Equal(expected, (asked.NumberOfThreads, automatic.NumberOfThreads, automatic.AugmentationThreads));
    }

    [Fact]
    public void Trainings_that_share_threads_learn_the_same_to_the_bit() => Assert.Equal(
        Scores(Fit(new FitScopeSettings(), epochs: 4)), Scores(Fit(new FitScopeSettings { ParallelTrainings = 4 }, epochs: 4)));

    private static TransformerChain<NeuralNetworkMulticlassTransformer> Fit(
        FitScopeSettings settings, int epochs, params ITrainingCallback[] callbacks)
    {
        using FitScope scope = FitScope.Open(settings);
        var ml = new MLContext(1);
        return Pipeline(ml, epochs, checkpoint: null, callbacks).Fit(Rows(ml));
    }

    private static int EpochsOf(EstimatorChain<NeuralNetworkMulticlassTransformer> pipeline) =>
        pipeline.Fit(Rows(new MLContext(1))).LastTransformer.Model.History!.Epochs.Count;

    private static EstimatorChain<NeuralNetworkMulticlassTransformer> Pipeline(
        MLContext ml, int epochs, Checkpoint? checkpoint, params ITrainingCallback[] callbacks) =>
        SamplePipeline.Preparation(ml).Append(ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            HiddenUnits = [8],
            MaximumEpochs = epochs,
            Seed = 5,
            Checkpoint = checkpoint,
            Callbacks = callbacks,
        }));

    private static IDataView Rows(MLContext ml) => ml.Data.LoadFromEnumerable(SampleRow.Generate(200, seed: 1));

    private static float[] Scores(ITransformer model)
    {
        IDataView scored = model.Transform(Rows(new MLContext(1)));
        return [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];
    }

    private sealed class EpochCounter(Action onEpoch) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord epoch) => onEpoch();
    }
}
