using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Options that all trainers share: what is refused, and that each reaches the training.</summary>
public sealed class AllTrainersOptionsTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(120, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public AllTrainersOptionsTests() => _data = TaskRow.Prepare(_context, Rows);

    public static TheoryData<string> Kinds => TrainerKind.Names;

    private static (string Expected, Action<NeuralNetworkOptions> Spoil)[] Faults =>
    [
        ("LabelColumnName is empty; name the column that holds the labels.", options => options.LabelColumnName = ""),
        ("FeatureColumnName is empty; name the column that holds the features.", options => options.FeatureColumnName = null!),
        ("ExampleWeightColumnName is empty; use null to weigh all rows alike.", options => options.ExampleWeightColumnName = ""),
        ("HiddenUnits is null; use an empty array for a network without hidden layers.", options => options.HiddenUnits = null!),
        ("HiddenUnits[1] must be at least 1 but is 0; leave the layer out instead.", options => options.HiddenUnits = [4, 0]),
        ("KeepProbability must be from 0.000001 to 1 but is 1.5; use 1 to keep every unit.", options => options.KeepProbability = 1.5f),
        ("HiddenUnits[0] must be at most 1000000 but is 2000000000; layers of 16 to 4096 units are usual.",
            options => options.HiddenUnits = [2_000_000_000]),
        ("KeepProbability must be from 0.000001 to 1 but is 1E-30; use 1 to keep every unit.", options => options.KeepProbability = 1e-30f),
        (
            $"NumberOfThreads must be at most {Math.Max(32, 4 * Environment.ProcessorCount)}, for {Environment.ProcessorCount} processors, "
                + "but is 3000; leave it null to choose it by the work.",
            options => options.NumberOfThreads = 3000
        ),
        ("KeepProbability must be from 0.000001 to 1 but is 0; use 1 to keep every unit.", options => options.KeepProbability = 0),
        ("KeepProbability must be from 0.000001 to 1 but is NaN; use 1 to keep every unit.", options => options.KeepProbability = float.NaN),
        ("LearningRate must be above 0 but is -0.5; 0.001 suits most networks.", options => options.LearningRate = -0.5),
        ("LearningRate must be above 0 but is NaN; 0.001 suits most networks.", options => options.LearningRate = double.NaN),
        (
            "BatchSize must be at least 1 but is 0; leave it null to choose it by the number of rows.",
            options => options.BatchSize = 0
        ),
        ("BatchSize is 1 but layer 1.batchnorm is a BatchNorm, and one row has no variance; use at least 2.", options => options.BatchSize = 1),
        (
            "WholeBatchLimit must be at least 0 but is -1; 0 never makes all rows one batch.",
            options => options.WholeBatchLimit = -1
        ),
        ("MaximumEpochs must be at least 1 but is 0; one epoch is one pass over the training rows.", options => options.MaximumEpochs = 0),
        ("ValidationFraction must be in [0, 1) but is 1; 0.1 sets every tenth row aside.", options => options.ValidationFraction = 1),
        ("ValidationFraction must be in [0, 1) but is -0.1; 0.1 sets every tenth row aside.", options => options.ValidationFraction = -0.1),
        (
            "Patience must be at least 1 but is 0; set ValidationFraction to 0 to train without stopping early.",
            options => options.Patience = 0
        ),
        ("MinimumImprovement must be at least 0 but is -1; 0 counts every improvement.", options => options.MinimumImprovement = -1),
        (
            "NumberOfThreads must be at least 1 but is -1; leave it null to choose it by the work.",
            options => options.NumberOfThreads = -1
        ),
        (
            "DataMode must be Auto, InMemory or Streaming but is 3; use Auto to have it chosen by the size of the data.",
            options => options.DataMode = (DataMode)3
        ),
        (
            "ShuffleBufferMegabytes must be at least 1 but is 0; a larger buffer shuffles better.",
            options => options.ShuffleBufferMegabytes = 0
        ),
        (
            "WeightAveraging must be in [0, 1) but is 1; 0.999 averages over about 1,000 steps, null over none.",
            options => options.WeightAveraging = 1
        ),
        ("Schedule is null; use new Constant() for a step size that does not change.", options => options.Schedule = null!),
        ("Activation is null; use new Linear() for hidden layers without one.", options => options.Activation = null!),
        (
            "Slope of a LeakyRelu must be in [0, 1) but is 2; 0.01 is the usual value.",
            options => options.Activation = new LeakyRelu { Slope = 2 }
        ),
        ("LayerRates is null; use an empty dictionary to have all layers learn alike.", options => options.LayerRates = null!),
        (
            "LayerRates has an entry for layer 2.dense but the network has 0.dense, 1.batchnorm, 2.relu, 3.dense; use one of these names.",
            options => options.LayerRates = new Dictionary<string, double> { ["2.dense"] = 1 }
        ),
        (
            "LayerRates[0.dense] must be at least 0 and finite but is -1; 0 freezes the layer, 1 is the learning rate itself.",
            options => options.LayerRates = new Dictionary<string, double> { ["0.dense"] = -1 }
        ),
        ("FrozenLayers must be at least 0 but is -1; 0 lets every layer learn.", options => options.FrozenLayers = -1),
        ("FrozenLayers is 5 but the network has 4 layers; freeze at most as many.", options => options.FrozenLayers = 5),
        (
            "FrozenLayers is 2147483647 but the network has 4 layers; freeze at most as many.",
            options => options.FrozenLayers = int.MaxValue
        ),
        ("Callbacks is null; use an empty list for no callbacks.", options => options.Callbacks = null!),
        ("Callbacks must not hold null; leave it out.", options => options.Callbacks = [new CsvLog("nothing.csv"), null!]),
        (
            "The folder of the checkpoint '/nowhere/at/all' does not exist; create it first.",
            options => options.Checkpoint = new Checkpoint("/nowhere/at/all")
        ),
        (
            "KeptLayers and HeadUnits are of a network to begin with but TransferFrom is null; set it, or leave them out.",
            options => options.KeptLayers = 2
        ),
        (
            "TransferFrom holds no neural network of this library; give a transformer that one of its trainers has fitted, "
            + "or a chain with one.",
            options => options.TransferFrom = new TransformerChain<ITransformer>()
        ),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_value_out_of_its_range_is_refused_when_the_trainer_is_made(string kind)
    {
        foreach ((string expected, Action<NeuralNetworkOptions> spoil) in Faults)
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => TrainerKind.Of(kind).Create(_context, spoil)).WithoutParameter());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_does_not_fit_the_data_is_refused_before_any_row_is_read(string kind)
    {
        AssertRefused(
            "Patience is 5 but there are no validation rows to go by; give Fit validation data, or set ValidationFraction above 0.",
            options => (options.Patience, options.ValidationFraction) = (5, 0));
        AssertRefused(
            "StoppingMetric is log loss but there are no validation rows to go by; give Fit validation data, "
            + "or set ValidationFraction above 0.",
            options => (options.StoppingMetric, options.ValidationFraction) = (new LogLoss(), 0));
        bool hasClasses = kind is "Binary" or "Multiclass";
        string expected = hasClasses
            ? "The metric Hamming loss cannot be measured: the targets are classes; it needs numbers for each row."
            : "The metric accuracy cannot be measured: the targets are numbers; it needs a class for each row.";
        Metric unfit = hasClasses ? new HammingLoss() : new Accuracy();
        AssertRefused(expected, options => options.Metrics = [unfit]);
        AssertRefused(expected, options => options.StoppingMetric = unfit);
        AssertRefused(
            "BatchSize is 121 but there are 120 rows to learn from; use at most 120, or null to have it chosen.",
            options => options.BatchSize = 121);
        AssertRefused(
            "Network has 4 inputs but column 'Features' holds 3 features; use NetworkSpec.Input(3).",
            options => options.Network = NetworkSpec.Input(4).Dense(3));

        void AssertRefused(string expected, Action<NeuralNetworkOptions> spoil)
        {
            var watched = new WatchedDataView(_data, _ => { });
            Assert.Equal(
                expected, Assert.Throws<ArgumentException>(() => TrainerKind.Of(kind).Fit(_context, watched, spoil)).WithoutParameter());
            Assert.Equal(0, watched.Cursors);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_option_changes_what_is_learned(string kind)
    {
        string[] plain = Outputs(kind, _ => { });
        Action<NeuralNetworkOptions>[] changes =
        [
            options => options.Optimizer = new RmsProp(0.01),
            options => options.Schedule = new Cosine(),
            options => options.Regularizer = new L2(0.1),
            options => options.Optimizer = new Chain(new ClipByGlobalNorm(0.01), new Adam(0.005)),
            options => options.WeightAveraging = 0.9,
            options => options.LayerRates = new Dictionary<string, double> { ["0.dense"] = 0.1 },
            options => options.FrozenLayers = 1,
            options => options.KeepProbability = 0.7f,
            options => options.Activation = new Gelu(),
            options => (options.BatchSize, options.WholeBatchLimit) = (null, 2000),
            options => options.BatchNormalization = false,
        ];
        foreach (Action<NeuralNetworkOptions> change in changes)
            Assert.NotEqual(plain, Outputs(kind, change));
        Assert.Equal(plain, Outputs(kind, options => options.Optimizer = new Adam(0.02)));
    }

    [Fact]
    public void Training_stops_by_the_metric_that_is_asked_for_and_records_what_is_asked_for()
    {
        History history = TrainerKind.Binary.Fit(_context, _data, options =>
        {
            options.StoppingMetric = new AreaUnderRocCurve();
            options.Metrics = [new LogLoss()];
            options.MaximumEpochs = 30;
            options.Patience = 3;
        }).Model.History!;
        string[] names = [.. history.Epochs[0].ValidationMetrics.Keys];
        Assert.Equal([new LogLoss().Name, new AreaUnderRocCurve().Name], names);
        double best = history.Epochs.Max(epoch => epoch.ValidationMetrics[names[1]]);
        Assert.Equal(best, history.Epochs[history.BestEpoch - 1].ValidationMetrics[names[1]]);
        Assert.True(history.Epochs.Count < 30);
    }

    [Theory]
    [InlineData("Binary", "accuracy")]
    [InlineData("Multiclass", "accuracy")]
    [InlineData("MultiLabel", "Hamming loss, subset accuracy")]
    [InlineData("Regression", "root mean squared error")]
    [InlineData("Quantiles", "pinball loss (0.1, 0.5, 0.9)")]
    [InlineData("MultiTarget", "root mean squared error")]
    public void Without_a_wish_what_is_recorded_fits_the_labels(string kind, string expected)
    {
        History history = TrainerKind.Of(kind).Fit(_context, _data, options => options.MaximumEpochs = 1).Model.History!;
        Assert.Equal(expected, string.Join(", ", history.Epochs[0].ValidationMetrics.Keys));
        Assert.All(history.Epochs[0].ValidationMetrics.Values, value => Assert.True(double.IsFinite(value), $"{value}"));
    }

    [Fact]
    public void Callbacks_are_told_after_the_log()
    {
        var recorder = new Recorder();
        NeuralNetworkTransformer model = TrainerKind.Regression.Fit(_context, _data, options => options.Callbacks = [recorder]);
        Assert.Equal(model.Model.History!.Epochs, recorder.Epochs);
    }

    [Fact]
    public void Norms_are_recorded_on_request()
    {
        Assert.Empty(TrainerKind.Binary.Fit(_context, _data).Model.History!.Epochs[0].Norms);
        Assert.NotEmpty(TrainerKind.Binary.Fit(_context, _data, options => options.RecordNorms = true).Model.History!.Epochs[0].Norms);
    }

    [Fact]
    public void A_training_that_was_interrupted_goes_on_from_its_checkpoint_to_the_same_bits()
    {
        using var directory = new TemporaryDirectory();
        string[] uninterrupted = Outputs("Quantiles", options => options.MaximumEpochs = 6);
        using var cancellation = new CancellationTokenSource();
        Action<NeuralNetworkOptions> withCheckpoint = options =>
        {
            options.MaximumEpochs = 6;
            options.Checkpoint = new Checkpoint(directory.PathOf("training.checkpoint"));
        };
        TrainerKind.Quantiles.Fit(_context, _data, options =>
        {
            withCheckpoint(options);
            options.CancellationToken = cancellation.Token;
            options.Callbacks = [new Recorder { OnEpoch = epoch => { if (epoch == 3) cancellation.Cancel(); } }];
        });
        NeuralNetworkTransformer resumed = TrainerKind.Quantiles.Fit(_context, _data, withCheckpoint);
        Assert.Equal(uninterrupted, OutputText.Of(resumed, _data));
        Assert.Equal(6, resumed.Model.History!.Epochs.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Search_starts_at_the_defaults(string kind)
    {
        NeuralNetworkOptions? options = null;
        TrainerKind.Of(kind).Create(_context, created => options = created);
        var defaults = (NeuralNetworkOptions)Activator.CreateInstance(options!.GetType())!;
        foreach (PropertyInfo property in defaults.GetType().GetProperties())
        {
            object? first = property.GetCustomAttribute<RangeAttribute>()?.Init
                ?? property.GetCustomAttribute<ChoiceAttribute>()?.DefaultValue;
            if (first is not null)
            {
                Assert.Equal(
                    Convert.ToDouble(property.GetValue(defaults), CultureInfo.InvariantCulture),
                    Convert.ToDouble(first, CultureInfo.InvariantCulture));
            }
        }
    }

    private string[] Outputs(string kind, Action<NeuralNetworkOptions> set) =>
        OutputText.Of(TrainerKind.Of(kind).Fit(_context, _data, set), _data);

    private sealed class Recorder : ITrainingCallback
    {
        public List<EpochRecord> Epochs { get; } = [];

        public Action<int>? OnEpoch { get; init; }

        public void OnEpochEnd(EpochRecord epoch)
        {
            Epochs.Add(epoch);
            OnEpoch?.Invoke(epoch.Epoch);
        }
    }
}
