using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Several networks, trained one after the other, are one transformer.</summary>
[Trait("Spec", "G3")]
public sealed class EnsembleTests : IDisposable
{
    private const int Second = 1_000_003; // beyond the seed of the first network

    private readonly TemporaryDirectory _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public EnsembleTests() => _data = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));

    public static TheoryData<string> Tasks => TrainerKind.Names;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_task_trains_saves_loads_and_predicts_the_same(string task)
    {
        NeuralNetworkTransformer model = TrainerKind.Of(task).Fit(_context, _data, options => options.Ensemble = 2);
        Assert.Equal(2, Assert.IsType<Branches>(Assert.Single(model.Model.Spec.Layers)).Layers.Count);
        Assert.Equal(2, model.Model.Histories.Count);
        using var file = new MemoryStream();
        _context.Model.Save(model, _data.Schema, file);
        file.Position = 0;
        var loaded = (NeuralNetworkTransformer)new MLContext().Model.Load(file, out _);
        Assert.Equal(OutputText.Of(model, _data), OutputText.Of(loaded, _data));
        Assert.Empty(loaded.Model.Histories);
        Assert.Null(loaded.Model.History);
    }

    [Fact]
    public void A_prediction_is_the_mean_of_those_of_the_networks_alone()
    {
        float[] first = Probabilities(Fit(_ => { })), second = Probabilities(Fit(options => options.Seed = 1 + Second));
        float[] both = Probabilities(Fit(options => options.Ensemble = 2));
        Assert.NotEqual(first, second);
        for (int row = 0; row < both.Length; row++)
            Assert.Equal((first[row] + second[row]) / 2, both[row], 1e-6);
    }

    [Fact]
    public void One_network_is_what_it_was() =>
        Assert.Equal(Probabilities(Fit(_ => { })), Probabilities(Fit(options => options.Ensemble = 1)));

    [Fact]
    public void Rows_that_are_streamed_train_the_same_ensemble() => Assert.Equal(
        Probabilities(Fit(options => options.Ensemble = 2)),
        Probabilities(Fit(options => (options.Ensemble, options.DataMode) = (2, DataMode.Streaming))));

    [Fact]
    public void A_cancelled_fit_keeps_the_networks_that_are_finished()
    {
        using var source = new CancellationTokenSource();
        NeuralNetworkBinaryTransformer model = Fit(options =>
        {
            options.Ensemble = 3;
            options.CancellationToken = source.Token;
            options.Progress = new Listener(report =>
            {
                if (report is { NetworkNumber: 2, IsEpochEnd: true })
                    source.Cancel();
            });
        });
        Assert.Equal([3, 1], model.Model.Histories.Select(history => history.Epochs.Count));
    }

    [Fact]
    public void A_callback_that_throws_in_a_later_network_leaves_those_before_in_the_exception()
    {
        var exception = Assert.Throws<NeuralNetworkCallbackException>(() => Fit(options =>
        {
            options.Ensemble = 3;
            options.Callbacks = [new Failing()];
        }));
        Assert.Equal(2, ((NeuralNetworkTransformer)exception.Transformer!).Model.Histories.Count);
    }

    [Fact]
    public void The_log_says_which_network_is_trained()
    {
        var log = new List<string>();
        _context.Log += (_, message) => log.Add(message.Message);
        Fit(options => options.Ensemble = 2);
        Assert.Contains(log, message => message.EndsWith("Network 1 of 2", StringComparison.Ordinal));
        Assert.Contains(log, message => message.EndsWith("Network 2 of 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Pauses_of_a_search_go_on_to_the_same_networks()
    {
        float[] whole = Probabilities(Fit(options => options.Ensemble = 2));
        var networks = new List<int>();
        foreach (int? pause in new int?[] { 1, 2, 3, null })
        {
            using FitScope scope = FitScope.Open(new FitScopeSettings { PauseAfterEpochs = pause, CheckpointPrefix = _folder.PathOf("trial") });
            NeuralNetworkBinaryTransformer model = Fit(options => options.Ensemble = 2);
            networks.Add(model.Model.Histories.Count);
            if (model.Model.Histories.Count == 2)
                Assert.Equal(whole, Probabilities(model));
        }

        // Run to their last epoch, trainings do not pause.
        Assert.Equal([1, 1, 2, 2], networks);
    }

    [Fact]
    public void A_model_begins_all_networks_that_continue_it()
    {
        NeuralNetworkBinaryTransformer start = Fit(_ => { });
        NeuralNetworkBinaryTransformer model = Fit(options => (options.ContinueFrom, options.Ensemble) = (start, 2));
        Assert.All(((Branches)model.Model.Spec.Layers[0]).Layers, branch => Assert.Equal(start.Model.Spec.Layers, ((Sequential)branch).Layers));
    }

    [Fact]
    public void An_ensemble_is_trained_further_as_one_network()
    {
        NeuralNetworkBinaryTransformer start = Fit(options => options.Ensemble = 2);
        NeuralNetworkBinaryTransformer model = Fit(options => options.ContinueFrom = start);
        Assert.Equal(start.Model.Spec, model.Model.Spec);
        Assert.NotEqual(Probabilities(start), Probabilities(model));
        Assert.Equal(
            "Ensemble is 2 but ContinueFrom is an ensemble of 2 networks already, which are all trained further; leave Ensemble out.",
            Assert.Throws<ArgumentException>("Ensemble", () => Fit(options => (options.ContinueFrom, options.Ensemble) = (start, 2))).WithoutParameter());
    }

    [Fact]
    public void The_networks_of_an_ensemble_get_new_outputs_each()
    {
        NeuralNetworkBinaryTransformer start = Fit(options => options.Ensemble = 2);
        NeuralNetworkTransformer model = TrainerKind.Multiclass.Fit(_context, _data, options => options.TransferFrom = start);
        Assert.Equal("(2, 3)", model.Model.Spec.OutputShape.ToString());
        Assert.Equal(
            "HeadUnits are given but the network of TransferFrom is an ensemble, whose networks share no layers; leave them out to give each new outputs.",
            Assert.Throws<ArgumentException>("HeadUnits", () => Fit(options => (options.TransferFrom, options.HeadUnits) = (start, [4]))).WithoutParameter());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void An_impossible_number_of_networks_is_refused(int networks) => Assert.Equal(
        $"Ensemble must be from 1 to 32 but is {networks}; 1 trains one network, and 3 to 5 gain most.",
        Assert.Throws<ArgumentException>("Ensemble", () => Fit(options => options.Ensemble = networks)).WithoutParameter());

    private NeuralNetworkBinaryTransformer Fit(Action<NeuralNetworkBinaryTrainer.Options> set)
    {
        var options = new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", HiddenUnits = [8], MaximumEpochs = 3, Seed = 1 };
        set(options);
        return _context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(_data);
    }

    private float[] Probabilities(ITransformer model) => [.. model.Transform(_data).GetColumn<float>("Probability")];

    private sealed class Listener(Action<TrainingProgress> onReport) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onReport(value);
    }

    private sealed class Failing : ITrainingCallback
    {
        private int _number;

        public void OnStarted(TrainingStarted started) => _number = started.NetworkNumber;

        public void OnEpochEnd(EpochRecord epoch)
        {
            if (_number == 2)
                throw new InvalidOperationException("Enough");
        }
    }
}
