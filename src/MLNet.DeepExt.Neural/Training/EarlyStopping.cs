using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Keeps the weights of the epoch with the lowest validation loss, and says when it has been too long since.
/// </summary>
/// <remarks>
/// It is not an orthogonal knob: it ends the fit of the training rows for the sake of the validation rows, so that both
/// change at once. It is used nevertheless because one training then tries all lengths.
/// </remarks>
internal sealed class EarlyStopping(Network<float> network, int patience)
{
    private readonly ParameterStore<float> _best = Network<float>.Uninitialized(network.Spec).Parameters;
    private double _lowest = double.PositiveInfinity;
    private int _lastEpoch;

    /// <summary>The epoch whose weights are kept; 0 before any was.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Whether the last <c>patience</c> epochs brought nothing better.</summary>
    public bool IsOver => _lastEpoch - BestEpoch >= patience;

    public void Observe(int epoch, double validationLoss)
    {
        _lastEpoch = epoch;
        if (!(validationLoss < _lowest))
            return;
        _lowest = validationLoss;
        BestEpoch = epoch;
        _best.CopyFrom(network.Parameters);
    }

    /// <summary>Gives the network the kept weights and running statistics back.</summary>
    public void RestoreBest()
    {
        if (BestEpoch > 0)
            network.Parameters.CopyFrom(_best);
    }
}
