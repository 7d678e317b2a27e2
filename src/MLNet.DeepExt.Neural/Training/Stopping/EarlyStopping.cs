using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Keeps the weights of the epoch that did best on the validation rows, and says when it has been too long since an epoch did clearly
/// better than those before.
/// </summary>
/// <remarks>
/// It is not an orthogonal knob: it ends the fit of the training rows for the sake of the validation rows, so that both
/// change at once. It is used nevertheless because one training then tries all lengths.
/// </remarks>
/// <param name="networks">The networks whose weights are kept.</param>
/// <param name="criterion">What epochs are compared by.</param>
/// <param name="patience">Epochs without an improvement after which it is over.</param>
/// <param name="minimumImprovement">By how much an epoch must be better for patience to start again.</param>
internal sealed class EarlyStopping(
    IReadOnlyList<Network<float>> networks, StoppingCriterion criterion, int patience, double minimumImprovement)
{
    private double _lowest = double.PositiveInfinity;
    private double _threshold = double.PositiveInfinity; // the cost at which patience started again
    private int _lastEpoch;
    private int _lastImprovement;

    /// <summary>The weights and running statistics that are kept, of each network.</summary>
    public IReadOnlyList<ParameterStore<float>> Best { get; } =
        [.. networks.Select(network => Network<float>.Uninitialized(network.Spec).Parameters)];

    /// <summary>The epoch whose weights are kept; 0 before any was.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Whether the last <c>patience</c> epochs brought no improvement.</summary>
    public bool IsOver => _lastEpoch - _lastImprovement >= patience;

    /// <summary>Takes note of an epoch, and of the weights that the networks have now if it was the best.</summary>
    /// <returns>Whether it was.</returns>
    public bool Observe(EpochRecord epoch)
    {
        if (!Note(epoch))
            return false;
        for (int i = 0; i < networks.Count; i++)
            Best[i].CopyFrom(networks[i].Parameters);
        return true;
    }

    /// <summary>Takes note of an epoch whose weights, if it was the best, are those that are kept already.</summary>
    /// <returns>Whether it was the best.</returns>
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

    /// <summary>Gives the networks the kept weights and running statistics back.</summary>
    public void RestoreBest()
    {
        for (int i = 0; i < networks.Count && BestEpoch > 0; i++)
            networks[i].Parameters.CopyFrom(Best[i]);
    }
}
