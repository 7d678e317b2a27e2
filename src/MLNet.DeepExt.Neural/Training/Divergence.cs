using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Says where numbers stopped being numbers: in which layer, epoch and step, and what to do.</summary>
/// <param name="network">Whose numbers.</param>
/// <param name="learningRate">The learning rate before any schedule.</param>
internal sealed class Divergence(Network<float> network, double learningRate)
{
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
        $"{what} in epoch {epoch}, step {step}; use a learning rate below {learningRate}, clip gradients, and normalize the inputs."));
}
