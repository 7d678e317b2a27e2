using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Collects the norms of every layer after a step that measured them, and returns warnings.</summary>
internal static class NormReport
{
    // Chosen, not derived. A layer whose gradient is a millionth of another layer's learns nothing while the other learns. With a gradient of a
    // thousand times the weights, plain descent at a rate of 0.01 changes them by ten times their size. Trainings that work stay far
    // within both limits.
    private const double Vanishing = 1e-6;
    private const double Exploding = 1e3;

    // With normalized inputs and a suitable initializer, activations are about 1. Weights of variance 1 and 100 inputs saturate 79 % of tanh's
    // outputs; in a ReLU layer that works, few units are 0 in every row of a batch.
    private const double ExplodingActivation = 1e3;
    private const double Saturating = 0.75;
    private const double Dying = 0.5;

    /// <summary>Returns the norms of every layer.</summary>
    /// <param name="updater">The updater of the network, which measured the gradient.</param>
    /// <param name="activations">The norms of the outputs of its layers.</param>
    /// <param name="frozen">The frozen layers.</param>
    public static IReadOnlyList<LayerNorms> Of(NetworkUpdater updater, ActivationNorms<float> activations, IReadOnlySet<string> frozen)
    {
        Network<float> network = updater.Network;
        var norms = new List<LayerNorms>();
        int slot = 0;
        foreach ((int i, Operation<float> operation) in network.Program.Operations.Index())
        {
            int slots = operation.Layer.Parameters.Count;
            double gradient = 0, weight = 0;
            for (int s = slot; s < slot + slots; s++)
            {
                Slot parameters = network.Parameters.Slots[s];
                gradient += Math.Pow(updater.Norms.OfSlot(s), 2);
                weight += Kernels.Norms.Squared<float>(network.Parameters.Values.Slice(parameters.Offset, parameters.Length));
            }

            double? learned = slots > 0 && !operation.Path.Any(frozen.Contains) ? Math.Sqrt(gradient) : null;
            norms.Add(new LayerNorms(operation.Name, activations.RootMeanSquare(i), learned, slots > 0 ? Math.Sqrt(weight) : null)
            {
                Saturated = activations.SaturatedShare(i),
                Dead = activations.DeadShare(i),
            });
            slot += slots;
        }

        return norms;
    }

    /// <summary>Returns warnings; empty if there are none.</summary>
    /// <param name="norms">The norms of every layer.</param>
    public static IEnumerable<string> WarningsOf(IReadOnlyList<LayerNorms> norms) => [.. OfGradients(norms), .. OfActivations(norms)];

    private static IEnumerable<string> OfGradients(IReadOnlyList<LayerNorms> norms)
    {
        LayerNorms[] learning = [.. norms.Where(layer => layer.Gradient is not null)];
        if (learning.Length == 0)
            yield break;
        LayerNorms largest = learning.MaxBy(layer => layer.Gradient)!;
        foreach (LayerNorms layer in learning)
        {
            if (layer.Gradient < Vanishing * largest.Gradient)
            {
                yield return FormattableString.Invariant(
                    $"The gradient of layer {layer.Layer} vanishes: its norm is {layer.Gradient:0.0e+00} ") +
                    FormattableString.Invariant($"compared with {largest.Gradient:0.0e+00} of layer {largest.Layer}; ") +
                    "use ReLU with its initializer, batch normalization, or fewer layers.";
            }

            if (layer.Gradient > Exploding * Math.Max(1, layer.Weight!.Value))
            {
                yield return FormattableString.Invariant(
                    $"The gradient of layer {layer.Layer} explodes: its norm is {layer.Gradient:0.0e+00} ") +
                    FormattableString.Invariant($"and that of its weights is {layer.Weight:0.0e+00}; ") +
                    "clip it, use a lower learning rate, or normalize the inputs.";
            }
        }
    }

    // The targets determine the size of the outputs of the last layer.
    private static IEnumerable<string> OfActivations(IReadOnlyList<LayerNorms> norms)
    {
        LayerNorms[] hidden = [.. norms.SkipLast(1)];
        foreach (LayerNorms layer in hidden)
        {
            LayerNorms largest = hidden.MaxBy(other => other.Activation)!;
            if (layer.Activation < Vanishing * largest.Activation)
            {
                yield return FormattableString.Invariant(
                    $"The activations of layer {layer.Layer} vanish: their root mean square is {layer.Activation:0.0e+00} ") +
                    FormattableString.Invariant($"compared with {largest.Activation:0.0e+00} of layer {largest.Layer}; ") +
                    "use the initializer that suits the activation, such as He before Relu, or batch normalization.";
            }

            if (layer.Activation > ExplodingActivation)
            {
                yield return FormattableString.Invariant(
                    $"The activations of layer {layer.Layer} explode: their root mean square is {layer.Activation:0.0e+00}; ") +
                    "normalize the inputs, use the initializer that suits the activation, such as He before Relu, or batch normalization.";
            }

            if (layer.Saturated > Saturating)
            {
                yield return FormattableString.Invariant(
                    $"Layer {layer.Layer} saturates: {100 * layer.Saturated:0} % of its outputs are where its slope is close to 0; ") +
                    "use smaller initial weights, normalized inputs, or batch normalization.";
            }

            if (layer.Dead >= Dying)
            {
                yield return FormattableString.Invariant(
                    $"{100 * layer.Dead:0} % of the units of layer {layer.Layer} are dead: ") +
                    "they are 0 in every row of a batch and learn nothing from it; use a lower learning rate, LeakyRelu, or batch normalization.";
            }
        }
    }
}
