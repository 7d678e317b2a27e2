using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>What <see cref="NeuralNetworkMulticlassTrainer"/> has learned: the network, and how the training went.</summary>
public sealed class NeuralNetworkMulticlassModelParameters
{
    internal NeuralNetworkMulticlassModelParameters(Network<float> network, History? history)
    {
        Network = network;
        History = history;
    }

    /// <summary>
    /// The trained network: its layers (<see cref="Network{T}.Spec"/>, which prints as a table) and its parameters. Its outputs
    /// are logits; the column Score holds their softmax.
    /// </summary>
    public Network<float> Network { get; }

    /// <summary>The figures of every epoch; null for a model that was loaded from a file, which does not hold them.</summary>
    public History? History { get; }
}
