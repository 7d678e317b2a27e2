using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Reads the norms of every layer after a step that had them measured, and says when they are cause for concern.</summary>
internal static class NormReport
{
    // Chosen, not derived. A layer whose gradient is a millionth of another's learns nothing while that one learns. By a gradient of a
    // thousand times the weights, plain descent at a rate of 0.01 moves them by ten times what they are. Trainings that work stay far
    // within both.
    private const double Vanishing = 1e-6;
    private const double Exploding = 1e3;

    /// <summary>The norms of every layer.</summary>
    /// <param name="network">Whose layers.</param>
    /// <param name="step">The step that measured them.</param>
    /// <param name="frozen">Layers that learn nothing on purpose.</param>
    public static IReadOnlyList<LayerNorms> Of(Network<float> network, SupervisedStep step, IReadOnlySet<int> frozen)
    {
        var norms = new List<LayerNorms>();
        int slot = 0;
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Layer<float> layer = network.Layers[i];
            string name = FormattableString.Invariant($"{i} {network.Spec.Layers[i]}");
            double activation = step.Workspace.Activations!.RootMeanSquare(i, step.Batch.Rows, layer.Outputs);
            int slots = (layer as ParameterLayer<float>)?.Parameters.Count ?? 0;
            double gradient = 0, weight = 0;
            for (int s = slot; s < slot + slots; s++)
            {
                Slot parameters = network.Parameters.Slots[s];
                gradient += Math.Pow(step.Norms.OfSlot(s), 2);
                weight += Kernels.Norms.Squared<float>(network.Parameters.Values.Slice(parameters.Offset, parameters.Length));
            }

            norms.Add(new LayerNorms(
                name, activation, slots > 0 && !frozen.Contains(i) ? Math.Sqrt(gradient) : null, slots > 0 ? Math.Sqrt(weight) : null));
            slot += slots;
        }

        return norms;
    }

    /// <summary>What is wrong, in words; none if nothing is.</summary>
    /// <param name="norms">The norms of every layer.</param>
    public static IEnumerable<string> WarningsOf(IReadOnlyList<LayerNorms> norms)
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
                    FormattableString.Invariant($"beside {largest.Gradient:0.0e+00} of layer {largest.Layer}; ") +
                    "use ReLU with its initializer, batch normalization, or fewer layers.";
            }

            if (layer.Gradient > Exploding * Math.Max(1, layer.Weight!.Value))
            {
                yield return FormattableString.Invariant(
                    $"The gradient of layer {layer.Layer} explodes: its norm is {layer.Gradient:0.0e+00} ") +
                    FormattableString.Invariant($"where its weights have {layer.Weight:0.0e+00}; ") +
                    "clip it, use a lower learning rate, or normalize the inputs.";
            }
        }
    }
}
