using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>How the network for tables of a <see cref="NetworkPreset"/> is trained. Every figure is of the preset's documentation.</summary>
internal static class TableTraining
{
    private const int SmallRows = 5000, MiddlingRows = 12000;
    private const int BestNetworks = 3;
    private const double LearningRate = 0.04, Beta2 = 0.95, Decay = 0.02, Average = 0.998;

    /// <summary>The bins of each number.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="rows">Training rows, those for validation included.</param>
    public static int Bins(NetworkPreset preset, int rows) => preset == NetworkPreset.Fast || rows < MiddlingRows ? 48 : 96;

    /// <summary>The options of training.</summary>
    /// <param name="options">What is set there wins.</param>
    /// <param name="rows">Training rows, those for validation included.</param>
    /// <param name="isFew">Whether rows are few, and divided into folds.</param>
    /// <param name="classic">The options of the trainer, without a preset.</param>
    public static TrainingOptions Apply(NeuralNetworkOptions options, int rows, bool isFew, TrainingOptions classic) => classic with
    {
        Optimizer = options.Optimizer ?? Optimizer(options),
        Schedule = options.IsGiven(nameof(options.Schedule)) ? options.Schedule : new LogCosine(),
        WeightAveraging = options.WeightAveraging is null && options.Regularizer is null ? Average : classic.WeightAveraging,
        WeightAveragingWarmUp = options.WeightAveraging is null,
        Ensemble = options.NetworksAsked ?? (options.Preset == NetworkPreset.Best ? BestNetworks : 1),
        BatchSize = options.BatchSize ?? (rows <= options.WholeBatchLimit ? null : BatchSize(options, rows, isFew)),
        MaximumEpochs = options.IsGiven(nameof(options.MaximumEpochs)) ? options.MaximumEpochs : Epochs(options, rows),
        TemperatureScaling = options.TemperatureScaling ?? true,
        Patience = options.Patience ?? TrainingOptions.EveryEpoch,
    };

    // A penalty takes the place of the decay.
    private static Optimizer Optimizer(NeuralNetworkOptions options)
    {
        var adam = new Adam(options.IsGiven(nameof(options.LearningRate)) ? options.LearningRate : LearningRate) { Beta2 = Beta2 };
        return options.Regularizer is null ? new Chain(adam, new DecayWeights(Decay) { Schedule = new FlatCosine() }) : adam;
    }

    // No more than half of the rows to learn from, where most are set aside.
    private static int BatchSize(NeuralNetworkOptions options, int rows, bool isFew)
    {
        int usual = isFew ? 32 : rows < SmallRows ? 64 : rows < MiddlingRows || options.Preset != NetworkPreset.Fast ? 128 : 256;
        return Math.Clamp((int)(rows * (1 - options.ValidationFraction) / 2), 2, usual);
    }

    private static int Epochs(NeuralNetworkOptions options, int rows) =>
        rows < SmallRows ? 48 : rows < MiddlingRows ? 32 : options.Preset == NetworkPreset.Fast ? 24 : 48;
}
