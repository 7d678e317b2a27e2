using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Reports numbers that are no longer finite (in which layer, epoch and step) and losses that are finite but useless, with what to do.
/// </summary>
/// <remarks>
/// A validation loss is useless above <see cref="Factor"/> times the loss of outputs that do not depend on the inputs: logits of 0, which
/// are the mean of standardized targets, or equal probabilities of all classes. A constant loss below 1 counts as 1, so that a few
/// validation rows that lie close to the mean do not make an honest network useless. It is an error where the training loss is useless
/// too; else the validation rows may be unlike the training rows, and there is a warning.
/// </remarks>
/// <param name="network">The network that is trained.</param>
/// <param name="learningRate">The learning rate before any schedule.</param>
internal sealed class Divergence(Network<float> network, double learningRate)
{
    /// <summary>How many times the loss of constant outputs a validation loss may be.</summary>
    public const double Factor = 10;

    private bool _hasWarned;

    /// <summary>A warning, once in a training, about an epoch whose validation loss is useless; else null.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="constantLoss">The loss of constant outputs on the validation rows; null without validation.</param>
    public string? WarningOf(EpochRecord epoch, double? constantLoss)
    {
        if (_hasWarned || !IsUseless(epoch.ValidationLoss, constantLoss))
            return null;
        _hasWarned = true;
        return FormattableString.Invariant(
            $"The validation loss of epoch {epoch.Epoch} is {epoch.ValidationLoss:g4}; outputs that ignore the features have {constantLoss:g4}. ")
            + $"If this does not pass, {Remedy}; or see whether the validation rows are like the training rows.";
    }

    /// <summary>Throws where even the best epoch is useless.</summary>
    /// <param name="best">The epoch of the lowest validation loss.</param>
    /// <param name="constantLoss">The loss of constant outputs on the validation rows; null without validation.</param>
    /// <exception cref="TrainingDivergedException">Training and validation loss of the best epoch are useless.</exception>
    public void RequireUseful(EpochRecord best, double? constantLoss)
    {
        if (IsUseless(best.ValidationLoss, constantLoss) && IsUseless(best.TrainLoss, constantLoss))
        {
            throw new TrainingDivergedException(FormattableString.Invariant(
                $"The lowest validation loss, {best.ValidationLoss:g4} of epoch {best.Epoch}, is more than {Factor} times the loss ") +
                FormattableString.Invariant($"of outputs that ignore the features, {constantLoss:g4}; {Remedy}."));
        }
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

    private static bool IsUseless(double? loss, double? constantLoss) => loss > Factor * Math.Max(1, constantLoss ?? double.NaN);
}
