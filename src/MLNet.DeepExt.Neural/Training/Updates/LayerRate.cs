using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>What the learning rate of a layer is multiplied by.</summary>
internal static class LayerRate
{
    /// <summary>That of the layer, or of the innermost layer that it is in and that has an entry; 1 where none has.</summary>
    /// <param name="operation">The layer.</param>
    /// <param name="rates">Rates by the names of layers.</param>
    public static double Of(Operation<float> operation, IReadOnlyDictionary<string, double> rates)
    {
        for (int i = operation.Path.Count - 1; i >= 0; i--)
        {
            if (rates.TryGetValue(operation.Path[i], out double rate))
                return rate;
        }

        return 1;
    }
}
