using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>The hidden layers that options describe.</summary>
internal static class HiddenLayers
{
    /// <summary>The network with hidden layers at its end: Dense, batch normalization, activation, dropout.</summary>
    public static NetworkSpec Append(NetworkSpec network, IEnumerable<int> hiddenUnits, NeuralNetworkOptions options)
    {
        foreach (int units in hiddenUnits)
        {
            network = network.Dense(units);
            if (options.BatchNormalization)
                network = network.BatchNorm();
            network = network.Then(options.Activation);
            if (options.KeepProbability != 1)
                network = network.Dropout(options.KeepProbability);
        }

        return network;
    }
}
