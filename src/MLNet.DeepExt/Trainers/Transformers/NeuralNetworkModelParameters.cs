using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>What a trainer of neural networks has learned: the network, and how the training went. Immutable.</summary>
public sealed class NeuralNetworkModelParameters
{
    internal NeuralNetworkModelParameters(Network<float> network, IReadOnlyList<History> histories)
    {
        Network = network;
        Histories = histories;
    }

    /// <summary>The layers of the network; it prints as a table.</summary>
    public NetworkSpec Spec => Network.Spec;

    /// <summary>
    /// The figures of every epoch, of the first network where there are several; null for a model that was loaded from a file, which does not hold
    /// them.
    /// </summary>
    public History? History => Histories.Count == 0 ? null : Histories[0];

    /// <summary>
    /// The figures of every epoch of each network of an <see cref="NeuralNetworkOptions.Ensemble"/>, in order; one of a network alone, and none
    /// for a model that was loaded from a file.
    /// </summary>
    public IReadOnlyList<History> Histories { get; }

    internal Network<float> Network { get; }

    /// <summary>The layers of the network as a table, as <see cref="Spec"/> prints them.</summary>
    public override string ToString() => Spec.ToString();

    /// <summary>
    /// An independent copy of the trained network, free to be changed or trained further; the model stays as it is. Its outputs
    /// are those of its last layer, such as logits; what the columns of the transformer make of them, its trainer describes.
    /// </summary>
    public Network<float> ToNetwork() => Network.ConvertTo<float>();
}
