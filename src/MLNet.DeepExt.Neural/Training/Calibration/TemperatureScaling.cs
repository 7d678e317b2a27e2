using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>
/// Divides the logits of a trained network by the temperature T at which its probabilities have the lowest log-loss on validation rows. The
/// predicted class does not change, unless the probabilities of members are averaged.
/// </summary>
/// <remarks>
/// The weights and biases of the last layer (in an ensemble: of the last layer of each network) are divided by T, so the network needs no new layer.
/// T minimizes the mean log-loss of the n rows of one pass, plus (ln T)²/n. The second term is a virtual row that prefers T = 1: without it, if all of
/// a few rows are predicted correctly, T would be the smallest allowed value, and every wrong prediction of a new row would have a very large loss.
/// C. Guo et al., "On calibration of modern neural networks", 2017.
/// </remarks>
internal static class TemperatureScaling
{
    private const double Range = 8; // T is from 1/8 to 8
    private const int Narrowings = 14; // each leaves 62 % of the range of log T, which gives T to half a percent
    private const double Golden = 0.6180339887498949;

    /// <summary>True if the outputs of a network are probabilities and its last layer can be divided.</summary>
    public static bool CanScale(NetworkSpec spec, Loss loss) =>
        loss.ProperLoss is not null && OutputHeads.Of(spec.Program) is not null;

    /// <summary>Finds T and divides by it.</summary>
    /// <param name="network">The network; its last layer is changed.</param>
    /// <param name="loss">The loss it was trained with.</param>
    /// <param name="validation">The rows, which are read once.</param>
    /// <param name="team">The threads.</param>
    /// <param name="cancellationToken">If cancelled, the network does not change.</param>
    /// <returns>T; 1 if no other value is better.</returns>
    public static double Apply(
        Network<float> network, Loss loss, BatchSource validation, WorkerTeam team, CancellationToken cancellationToken)
    {
        double temperature = Find(LogitRows.Of(network, validation, team, cancellationToken), loss, team, cancellationToken);
        Divide(network, temperature);
        return temperature;
    }

    /// <summary>Finds T by golden section, in its logarithm.</summary>
    /// <param name="rows">The logits of the network, with targets and weights.</param>
    /// <param name="loss">The loss the network was trained with, whose outputs are probabilities.</param>
    /// <param name="team">The threads.</param>
    /// <param name="cancellationToken">If cancelled, the result is 1.</param>
    /// <returns>T; 1 if no other value is better, or there are no rows.</returns>
    public static double Find(LogitRows rows, Loss loss, WorkerTeam team, CancellationToken cancellationToken = default)
    {
        if (rows.Count == 0)
            return 1;
        var logLoss = new LossAtTemperature(rows, loss.ProperLoss!, team.Count);
        double least = double.PositiveInfinity, best = 0;
        LossAt(0);
        double from = -Math.Log(Range), to = -from;
        double low = to - Golden * (to - from), high = from + Golden * (to - from);
        double lowLoss = LossAt(low), highLoss = LossAt(high);
        for (int i = 0; i < Narrowings && !cancellationToken.IsCancellationRequested; i++)
        {
            if (lowLoss < highLoss)
            {
                (to, high, highLoss) = (high, low, lowLoss);
                low = to - Golden * (to - from);
                lowLoss = LossAt(low);
            }
            else
            {
                (from, low, lowLoss) = (low, high, highLoss);
                high = from + Golden * (to - from);
                highLoss = LossAt(high);
            }
        }

        return cancellationToken.IsCancellationRequested ? 1 : Math.Exp(best);

        double LossAt(double logarithm)
        {
            double value = logLoss.At(Math.Exp(logarithm), team) + logarithm * logarithm / rows.Count;
            if (value < least)
                (least, best) = (value, logarithm);
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }
    }

    /// <summary>Divides the logits of a network by T.</summary>
    /// <param name="network">A network for which <see cref="CanScale"/> is true.</param>
    /// <param name="temperature">T, above 0.</param>
    public static void Divide(Network<float> network, double temperature)
    {
        foreach (Slot slot in OutputHeads.Of(network.Program)!.Parameters)
            network.Parameters.Write(slot, Array.ConvertAll(network.Parameters.Read(slot), value => (float)(value / temperature)));
    }
}
