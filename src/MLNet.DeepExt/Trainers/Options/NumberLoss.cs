using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>What a loss of numbers takes of the labels: how they are scaled, and the range that predictions are kept within.</summary>
internal static class NumberLoss
{
    /// <summary>
    /// The loss with the scaling of the model whose training goes on, or that of the targets, and with the range of both where predictions are
    /// clamped; unless it has its own.
    /// </summary>
    /// <param name="loss">The loss of the options.</param>
    /// <param name="clamps">Whether predictions are clamped; null goes on as the earlier model does.</param>
    /// <param name="targets">What is known of the targets of the training rows; null while nothing is.</param>
    /// <param name="earlier">The loss of the model whose training goes on; null for none.</param>
    /// <exception cref="ArgumentException">It has another scaling than the model whose training goes on.</exception>
    public static ElementwiseLoss Of(ElementwiseLoss loss, bool? clamps, TargetStatistics? targets, ElementwiseLoss? earlier)
    {
        ElementwiseLoss scaled = Scaled(loss, targets, earlier?.Scaling);
        return Clamps(loss, clamps, earlier) && targets is not null
            ? scaled with { Range = targets.ToRange().With(earlier?.Range) }
            : scaled;
    }

    /// <summary>Whether <see cref="Of"/> has to know the targets.</summary>
    /// <inheritdoc cref="Of"/>
    public static bool ReadsTargets(ElementwiseLoss loss, bool? clamps, ElementwiseLoss? earlier) =>
        Scaled(loss, targets: null, earlier?.Scaling).Scaling is null || Clamps(loss, clamps, earlier);

    /// <summary>The loss for the recipe for tables of a preset, which clamps unless options do not want it.</summary>
    /// <inheritdoc cref="Of"/>
    public static ElementwiseLoss ByPreset(ElementwiseLoss loss, bool? clamps, TargetStatistics? targets) =>
        loss.Range is null && clamps != false && targets is not null ? loss with { Range = targets.ToRange() } : loss;

    private static bool Clamps(ElementwiseLoss loss, bool? clamps, ElementwiseLoss? earlier) =>
        loss.Range is null && (clamps ?? earlier?.Range is not null);

    private static ElementwiseLoss Scaled(ElementwiseLoss loss, TargetStatistics? targets, TargetScaling? learned)
    {
        if (loss.Scaling is null)
            return loss with { Scaling = learned ?? targets?.ToScaling() };
        return learned is null || learned.Equals(loss.Scaling)
            ? loss
            : throw new ArgumentException(
                "Loss has a Scaling but the outputs of ContinueFrom were learned with another; leave it null to go on with that one.",
                nameof(NeuralNetworkRegressionTrainer.Options.Loss));
    }
}
