using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>The factor of the learning rate of a layer.</summary>
internal static class LayerRate
{
    /// <summary>Returns the factor of the layer, or of the innermost enclosing layer that has an entry; 1 if none has.</summary>
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
