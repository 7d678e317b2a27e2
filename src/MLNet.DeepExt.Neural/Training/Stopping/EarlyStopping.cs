using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Stores the weights of the best epoch on the validation rows, and detects that no epoch has clearly improved for too
/// long.
/// </summary>
/// <remarks>
/// Early stopping is not independent of regularization: it limits the fit of the training rows to improve the result on the validation rows.
/// It is used because one training then tries all numbers of epochs.
/// </remarks>
/// <param name="networks">The networks.</param>
/// <param name="criterion">The criterion by which epochs are compared.</param>
/// <param name="patience">The number of epochs without improvement after which training stops.</param>
/// <param name="minimumImprovement">The minimum improvement of an epoch that resets the patience.</param>
internal sealed class EarlyStopping(
    IReadOnlyList<Network<float>> networks, StoppingCriterion criterion, int patience, double minimumImprovement)
{
    private double _lowest = double.PositiveInfinity;
    private double _threshold = double.PositiveInfinity; // the cost at the last reset of the patience
    private int _lastEpoch;
    private int _lastImprovement;

    /// <summary>The best weights and running statistics of each network.</summary>
    public IReadOnlyList<ParameterStore<float>> Best { get; } =
        [.. networks.Select(network => Network<float>.Uninitialized(network.Spec).Parameters)];

    /// <summary>The best epoch; 0 before the first one.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>True if the last <c>patience</c> epochs had no improvement.</summary>
    public bool IsOver => _lastEpoch - _lastImprovement >= patience;

    /// <summary>Records an epoch. If it is the best, also stores the current weights of the networks.</summary>
    /// <returns>True if the epoch is the best so far.</returns>
    public bool Observe(EpochRecord epoch)
    {
        if (!Note(epoch))
            return false;
        for (int i = 0; i < networks.Count; i++)
            Best[i].CopyFrom(networks[i].Parameters);
        return true;
    }

    /// <summary>Records an epoch whose weights, if it is the best, are already stored.</summary>
    /// <returns>True if the epoch is the best so far.</returns>
    public bool Note(EpochRecord epoch)
    {
        double cost = criterion.CostOf(epoch);
        _lastEpoch = epoch.Epoch;
        if (cost < _threshold - minimumImprovement)
        {
            _threshold = cost;
            _lastImprovement = epoch.Epoch;
        }

        if (!(cost < _lowest))
            return false;
        _lowest = cost;
        BestEpoch = epoch.Epoch;
        return true;
    }

    /// <summary>Restores the best weights and running statistics.</summary>
    public void RestoreBest()
    {
        for (int i = 0; i < networks.Count && BestEpoch > 0; i++)
            networks[i].Parameters.CopyFrom(Best[i]);
    }
}
