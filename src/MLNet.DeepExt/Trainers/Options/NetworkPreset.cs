namespace MLNet.DeepExt.Trainers;

/// <summary>How a network is made and trained where options do not say it.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// Balanced, Fast and Best have a network for tables, after RealMLP and TabM-mini (Holzmüller et al. 2024; Gorishniy et al. 2024): numbers are
/// brought to one scale by their quartiles, clipped smoothly to ±3, and embedded by 16 numbers each, piecewise-linear between quantiles, but for
/// those of two values; categories of more than 8 values are embedded by 8 numbers at most. Then follow a learned factor for each input, the
/// hidden layers (HiddenUnits, 256 and 128 units; 256 and 256 for Best) in the neural tangent parametrization, with a parametric SELU, or Mish where
/// numbers are predicted, and dropout.
/// Adam (0.9, 0.95) has a rate of 0.04 in four cycles, a decoupled decay of 0.02 (unless there is a Regularizer), and an average of the
/// parameters; of three classes or more the labels are smoothed by 0.1. The epoch with the least loss on the validation rows is kept. These rows
/// calibrate probabilities (TemperatureScaling) and quantiles (QuantileCalibration); predictions of numbers are kept within the range of the labels
/// (ClampPredictions). Nothing has to be normalized in front of it.
///
/// Where a class is rare, too, it is the loss that chooses the epoch. On new rows the area under the precision-recall curve was, means of 3 seeds,
/// where the epoch was kept by the loss, by that area of the validation rows, and by the area under their ROC curve: .217, .209 and .213 of a
/// generated table of 4,000 rows of which 1 % are of the class; .410, .400 and .410 where 3 % are; .490, .474 and .487 of 10,000 rows; of Adult
/// with 3 %, 4,000 rows, .391, .385 and .395; with 1 %, 8,000 rows, .258, .264 and .258. A StoppingMetric that is set wins.
///
/// | training rows | Fast | Balanced, Best |
/// | -- | -- | -- |
/// | 50 to 999 | five folds, batches of 32, 48 epochs, numbers not embedded | the same |
/// | below 5,000 | batches of 64, 48 epochs, 48 bins of a number | the same |
/// | below 12,000 | batches of 128, 32 epochs, 48 bins | the same |
/// | more | batches of 256, 24 epochs, 48 bins | batches of 128, 48 epochs, 96 bins |
///
/// Fewer than 1,000 rows, and at least 50, are divided into five folds (CrossFitting), each of which is the share for validation of one of five
/// networks: all rows teach, stop and calibrate, and the mean of the networks is the model, which takes the time of five to train and to predict.
/// Their numbers are scaled but not embedded, which did not help on few rows, and labels are not smoothed. Where columns do not suit a network for
/// tables (see below), five networks such as Classic's are trained on the folds instead; Preset = Classic trains one. The log says what the loss of
/// the networks is on the rows that each has not learned from and, of rows in memory and outside of a search, whether that of a linear model on the
/// same folds is as low. Rows are not divided where validation data is given to Fit, where one of ValidationFraction, MaximumEpochs, Patience,
/// StoppingMetric or Ensemble is set, or where a target has values in fewer than 10 rows: then one network is trained and a share of the rows set
/// aside, as with Classic. CrossFitting = true and false decide it in any case.
///
/// Fewer than 3,000 rows are divided in the same way where quantiles are predicted and calibrated (QuantileCalibration), with the networks and the
/// training of the table above. On six generated tables, three seeds each, 10,000 new rows, intervals of 90 % then cover 89.7 to 92.8 % with 1,000
/// training rows (with a share of a tenth set aside: 85.7 to 95.5 %) and 88.8 to 92.7 % with 2,000 (87.2 to 94.8 %); the pinball loss is 6 % lower.
///
/// Training rows are those given to Fit, the share set aside for validation included. Where their number is not known before, rows that are
/// streamed are read once more to count them.
///
/// Classic takes their place where these do not help or do not fit: below 50 training rows, or below 1,000 without folds; where features are
/// pixels (the column has more than one dimension), or there are more than 256 numbers among them, words of a text, say, or more than 1,024
/// features with EmbedCategories = false; where a category occurs with more than 256 values; where Network brings a network; with options that
/// count on its layers: FrozenLayers, LayerRates, Augmentation; and with HiddenUnits of an empty array, which makes a linear model. Where Fast or
/// Best was asked for, a warning says so.
///
/// Training that begins with a network (ContinueFrom, TransferFrom) is by the preset if the layers of that network have the neural tangent
/// parametrization, as the presets make them, and by Classic otherwise. It trains one network unless Ensemble is set.
/// ]]></format>
/// </remarks>
public enum NetworkPreset
{
    /// <summary>What suits most tables.</summary>
    Balanced,

    /// <summary>About half the time of Balanced, for a little less accuracy.</summary>
    Fast,

    /// <summary>
    /// The mean of three networks (<see cref="NeuralNetworkOptions.Ensemble"/>) of four members each, which share their hidden layers of 256 and 256
    /// units, for a little more accuracy, at about fifteen times the time of Balanced.
    /// </summary>
    Best,

    /// <summary>Dense layers of 256 and 128 units with batch normalization, ReLU and dropout, trained by Adam with one cycle of the rate.</summary>
    Classic,
}
