using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Reports numbers that are no longer finite (in which layer, epoch and step) and losses that are finite but useless, with what to do.
/// </summary>
/// <remarks>
/// A loss is useless above <see cref="Factor"/> times that of outputs that do not depend on the inputs: the mean of the training targets, or
/// the shares of the classes among the training rows. A constant loss below 1 counts as 1, so that a few validation rows that lie close to
/// the mean do not make an honest network useless. It is an error where both the validation loss and the training loss are useless; where
/// only the validation loss is, the validation rows may be unlike the training rows, and there is a warning. Without validation rows the
/// training loss decides, from the second epoch on: that of the first one counts the steps before anything was learned.
/// </remarks>
/// <param name="network">The network that is trained.</param>
/// <param name="loss">What training minimizes.</param>
/// <param name="learningRate">The learning rate before any schedule.</param>
internal sealed class Divergence(Network<float> network, Loss loss, double learningRate)
{
    /// <summary>How many times the loss of constant outputs a loss may be.</summary>
    public const double Factor = 10;

    private bool _hasWarned;

    /// <summary>A warning, once in a training, about an epoch whose loss is useless; else null.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="onTraining">The loss of constant outputs on the training rows; null where it is not known.</param>
    /// <param name="onValidation">That on the validation rows; null where it is not known.</param>
    public string? WarningOf(EpochRecord epoch, double? onTraining, double? onValidation)
    {
        bool isValidated = epoch.ValidationLoss is not null;
        if (_hasWarned || !(isValidated ? IsUseless(epoch.ValidationLoss, onValidation) : IsUselessInTraining(epoch, onTraining)))
            return null;
        _hasWarned = true;
        (string name, double? loss, double? constant) =
            isValidated ? ("validation", epoch.ValidationLoss, onValidation) : ("training", epoch.TrainLoss, onTraining);
        return FormattableString.Invariant(
            $"The {name} loss of epoch {epoch.Epoch} is {loss:g4}; outputs that ignore the features have {constant:g4}. ")
            + $"If this does not pass, {RemedyOfUseless}"
            + (isValidated ? "; or see whether the validation rows are like the training rows." : ".");
    }

    /// <summary>Throws where even the epoch whose weights are returned is useless.</summary>
    /// <param name="best">The epoch of the lowest validation loss; without validation rows the last one.</param>
    /// <param name="onTraining">The loss of constant outputs on the training rows; null where it is not known.</param>
    /// <param name="onValidation">That on the validation rows; null where it is not known.</param>
    /// <exception cref="TrainingDivergedException">The losses of the epoch are useless.</exception>
    public void RequireUseful(EpochRecord best, double? onTraining, double? onValidation)
    {
        if (best.ValidationLoss is { } validated)
        {
            if (IsUseless(validated, onValidation) && IsUseless(best.TrainLoss, onTraining))
                throw Useless("lowest validation loss", validated, onValidation);
        }
        else if (IsUselessInTraining(best, onTraining))
        {
            throw Useless("training loss at the end", best.TrainLoss, onTraining);
        }

        TrainingDivergedException Useless(string name, double loss, double? constant) => new(FormattableString.Invariant(
            $"The {name}, {loss:g4} of epoch {best.Epoch}, is more than {Factor} times the loss of outputs that ignore the features, ")
            + FormattableString.Invariant($"{constant:g4}; {RemedyOfUseless}."));
    }

    /// <summary>A step may spoil the weights and nothing after it notice; the epoch is not over before that is known.</summary>
    public void RequireFinite(Measures? validated, int epoch, long step)
    {
        foreach (Slot slot in network.Parameters.Slots)
        {
            if (!Finite.All<float>(network.Parameters.Values.Slice(slot.Offset, slot.Length)))
                throw At($"The parameter {slot.Name} became NaN or infinite", epoch, step);
        }

        // An infinite variance makes every output of its unit the same, which is finite.
        foreach (Slot slot in network.Parameters.Buffers)
        {
            if (!Finite.All<float>(network.Parameters.BufferValues.Slice(slot.Offset, slot.Length)))
                throw At($"The running statistic {slot.Name} became NaN or infinite", epoch, step);
        }

        if (validated is { } measured && !double.IsFinite(measured.Loss))
            throw At(FormattableString.Invariant($"The validation loss became {measured.Loss}"), epoch, step);
    }

    /// <summary>The loss of a step is not finite.</summary>
    /// <param name="loss">What it is.</param>
    /// <param name="epoch">In which epoch.</param>
    /// <param name="step">In which step.</param>
    /// <param name="workspace">What the step computed.</param>
    public TrainingDivergedException OfLoss(double loss, int epoch, long step, Workspace<float> workspace)
    {
        string what = FormattableString.Invariant($"The loss became {loss}");
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            if (!AreFinite(workspace.OutputOf(layer)))
            {
                string where = FormattableString.Invariant($", first seen after layer {layer}, {network.Spec.Layers[layer]},");
                return At(what + where, epoch, step);
            }
        }

        return At(what, epoch, step);
    }

    private static bool AreFinite(DenseBlock<float> outputs)
    {
        for (int row = 0; row < outputs.Rows; row++)
        {
            if (!Finite.All<float>(outputs.Row(row)))
                return false;
        }

        return true;
    }

    private TrainingDivergedException At(string what, int epoch, long step) => new(FormattableString.Invariant(
        $"{what} in epoch {epoch}, step {step}; {Remedy}."));

    private string Remedy => FormattableString.Invariant(
        $"use a learning rate below {learningRate}, clip gradients, and normalize the inputs");

    private string RemedyOfUseless =>
        loss is ElementwiseLoss { Scaling: null } ? $"{Remedy}, or set Scaling of the loss to that of the targets" : Remedy;

    private static bool IsUselessInTraining(EpochRecord epoch, double? constantLoss) =>
        epoch.Epoch > 1 && IsUseless(epoch.TrainLoss, constantLoss);

    private static bool IsUseless(double? loss, double? constantLoss) => loss > Factor * Math.Max(1, constantLoss ?? double.NaN);
}
