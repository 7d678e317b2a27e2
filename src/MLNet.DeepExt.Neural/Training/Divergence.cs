using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Detects numbers that are not finite (with layer, epoch and step) and losses that are finite but far too high, and reports them with a remedy.
/// </summary>
/// <remarks>
/// The limit of a loss is <see cref="Factor"/> times that of outputs that do not depend on the inputs: the mean of the training targets, or
/// the class frequencies of the training rows. A constant loss below 1 counts as 1, because on a few validation rows close to
/// the mean a trained network may have a much higher loss. It is an error if both the validation loss and the training loss are
/// above their limits. If only the validation loss is, the validation rows may differ from the training rows, and there is a warning. Without
/// validation rows the training loss decides, from the second epoch on, because the loss of the first epoch includes the first steps.
/// </remarks>
/// <param name="networks">The trained networks.</param>
/// <param name="loss">The loss that training minimizes.</param>
/// <param name="learningRate">The learning rate before any schedule.</param>
internal sealed class Divergence(IReadOnlyList<Network<float>> networks, Loss loss, double learningRate)
{
    /// <summary>The limit of a loss, as a multiple of the loss of constant outputs.</summary>
    public const double Factor = 10;

    private bool _hasWarned;

    /// <summary>Returns a warning about an epoch whose loss is above its limit, once per training; otherwise null.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="onTraining">The loss of constant outputs on the training rows; null if it is not known.</param>
    /// <param name="onValidation">The loss of constant outputs on the validation rows; null if it is not known.</param>
    public string? WarningOf(EpochRecord epoch, double? onTraining, double? onValidation)
    {
        bool isValidated = epoch.ValidationLoss is not null;
        if (_hasWarned || !(isValidated ? IsAboveLimit(epoch.ValidationLoss, onValidation) : IsAboveLimitInTraining(epoch, onTraining)))
            return null;
        _hasWarned = true;
        (string name, double? loss, double? constant) =
            isValidated ? ("validation", epoch.ValidationLoss, onValidation) : ("training", epoch.TrainLoss, onTraining);
        return FormattableString.Invariant(
            $"The {name} loss of epoch {epoch.Epoch} is {loss:g4}; outputs that ignore the features have {constant:g4}. ")
            + $"If this does not pass, {RemedyOfLoss}"
            + (isValidated ? "; or see whether the validation rows are like the training rows." : ".");
    }

    /// <summary>Throws if the losses of the returned epoch are above their limits.</summary>
    /// <param name="best">The epoch of the lowest validation loss; without validation rows the last one.</param>
    /// <param name="onTraining">The loss of constant outputs on the training rows; null if it is not known.</param>
    /// <param name="onValidation">The loss of constant outputs on the validation rows; null if it is not known.</param>
    /// <exception cref="TrainingDivergedException">The losses are above their limits.</exception>
    public void RequireLossWithinLimit(EpochRecord best, double? onTraining, double? onValidation)
    {
        if (best.ValidationLoss is { } validated)
        {
            if (IsAboveLimit(validated, onValidation) && IsAboveLimit(best.TrainLoss, onTraining))
                throw AboveLimit("best", $"{Compared("validation", validated, onValidation)} and {Compared("training", best.TrainLoss, onTraining)}");
        }
        else if (IsAboveLimitInTraining(best, onTraining))
        {
            throw AboveLimit("last", Compared("training", best.TrainLoss, onTraining));
        }

        string Compared(string name, double loss, double? constant) => FormattableString.Invariant(
            $"the {name} loss is {loss:g4}, theirs {constant:g4} and the limit {LimitOf(constant):g4}");

        TrainingDivergedException AboveLimit(string which, string losses) => new(
            FormattableString.Invariant($"The {which} network, of epoch {best.Epoch}, predicts far worse than outputs that ignore the features: ")
            + FormattableString.Invariant($"{losses}. The limit is {Factor} times their loss, and at least {Factor}; {RemedyOfLoss}."));
    }

    /// <summary>Throws if weights or statistics are not finite. The last step of an epoch may produce such weights without a later step that detects
    /// it.</summary>
    public void RequireFinite(Measures? validated, int epoch, long step)
    {
        foreach (ParameterStore<float> store in networks.Select(network => network.Parameters))
        {
            foreach (Slot slot in store.Slots)
            {
                if (!Finite.All<float>(store.Values.Slice(slot.Offset, slot.Length)))
                    throw At($"The parameter {slot.Name} became NaN or infinite", epoch, step);
            }

            // An infinite variance makes all outputs of its unit equal and finite, so the loss does not show it.
            foreach (Slot slot in store.Buffers)
            {
                if (!Finite.All<float>(store.BufferValues.Slice(slot.Offset, slot.Length)))
                    throw At($"The running statistic {slot.Name} became NaN or infinite", epoch, step);
            }
        }

        if (validated is { } measured && !double.IsFinite(measured.Loss))
            throw At(FormattableString.Invariant($"The validation loss became {measured.Loss}"), epoch, step);
    }

    /// <summary>Creates the exception for a loss that is not finite.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="step">The step.</param>
    /// <param name="layer">The first layer whose outputs are not finite; null if there is none.</param>
    public TrainingDivergedException OfLoss(double loss, int epoch, long step, string? layer) =>
        At(FormattableString.Invariant($"The loss became {loss}") + (layer is null ? "" : $", first seen after {layer},"), epoch, step);

    private TrainingDivergedException At(string what, int epoch, long step) => new(FormattableString.Invariant(
        $"{what} in epoch {epoch}, step {step}; {Remedy}."));

    private string Remedy => FormattableString.Invariant(
        $"use a learning rate below {learningRate}, clip gradients, and normalize the inputs");

    private string RemedyOfLoss =>
        loss is ElementwiseLoss { Scaling: null } ? $"{Remedy}, or set Scaling of the loss to that of the targets" : Remedy;

    private static bool IsAboveLimitInTraining(EpochRecord epoch, double? constantLoss) =>
        epoch.Epoch > 1 && IsAboveLimit(epoch.TrainLoss, constantLoss);

    private static bool IsAboveLimit(double? loss, double? constantLoss) => loss > LimitOf(constantLoss);

    // An unknown loss has no limit.
    private static double LimitOf(double? constantLoss) => Factor * Math.Max(1, constantLoss ?? double.NaN);
}
