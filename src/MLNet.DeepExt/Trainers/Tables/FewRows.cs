using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Decides whether rows are divided into folds, which are the validation rows of the networks of an ensemble, because they are too few to set a share
/// of them aside. <see cref="NetworkPreset"/> documents every figure.
/// </summary>
internal static class FewRows
{
    /// <summary>The fewest rows that are divided into folds.</summary>
    public const int Least = 50;

    /// <summary>The fewest rows of which a share is set aside instead.</summary>
    public const int Enough = 1000;

    // Below it, quantiles are calibrated on the rows of all folds instead of a share: its error, √(0.09/n) at 90 %, is what limits them.
    private const int EnoughForQuantiles = 3000;

    private const int Folds = 5;
    private const int FewestOfTarget = 2 * Folds; // so that every network learns each target, and each fold has some values of it

    /// <summary>True if the options let the preset decide how rows are validated and how many epochs are trained.</summary>
    /// <param name="options">The options of the trainer.</param>
    /// <param name="isValidated">True if Fit gets validation data.</param>
    public static bool Allows(NeuralNetworkOptions options, bool isValidated) => !isValidated && options.Preset != NetworkPreset.Classic
        && options.CrossFitting != false && (options.Ensemble is null || options.CrossFitting == true)
        && !options.IsGiven(nameof(options.ValidationFraction)) && !options.IsGiven(nameof(options.MaximumEpochs))
        && options.Patience is null && (options.StoppingMetric is null || options.CrossFitting == true)
        && options.Network is null && options.TransferFrom is null && options.ContinueFrom is null
        && options.FrozenLayers == 0 && options.LayerRates.Count == 0 && options.Augmentation is null
        && options.HiddenUnits.Length > 0;

    /// <summary>
    /// True if rows are divided into folds: they are few, a batch is a part of the training rows, and no target is missing in nearly all rows.
    /// </summary>
    /// <param name="options">The options of the trainer.</param>
    /// <param name="rows">The number of training rows.</param>
    /// <param name="targets">The statistics of the targets; null if targets are classes, or not known.</param>
    /// <param name="calibratesQuantiles">True if quantiles are calibrated, for which more rows are divided.</param>
    public static bool HaveFolds(NeuralNetworkOptions options, int rows, TargetStatistics? targets, bool calibratesQuantiles) =>
        rows >= Least && rows < (calibratesQuantiles ? EnoughForQuantiles : Enough)
        && !(options.BatchSize > rows / 2) && options.WholeBatchLimit == 0 && !(targets?.FewestPresent < FewestOfTarget);

    /// <summary>The options of training, with folds.</summary>
    /// <param name="options">The options of the trainer.</param>
    /// <param name="usual">Those of training a network.</param>
    public static TrainingOptions Apply(NeuralNetworkOptions options, TrainingOptions usual) => usual with
    {
        Ensemble = options.NetworksAsked ?? Folds,
        CrossFitting = true,
        TemperatureScaling = options.TemperatureScaling ?? true,
    };
}
