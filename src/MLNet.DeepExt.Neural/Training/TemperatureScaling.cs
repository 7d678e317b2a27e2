using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Divides the logits of a trained network by the temperature T at which its probabilities have the least log-loss on validation rows. The
/// likeliest class stays the same, but where probabilities of members are averaged.
/// </summary>
/// <remarks>
/// The last layer's weights and bias are divided by T, so that the network needs nothing new for it. C. Guo et al., "On calibration of modern neural
/// networks", 2017.
/// </remarks>
internal static class TemperatureScaling
{
    private const double Range = 8; // T is from 1/8 to 8
    private const int Narrowings = 14; // each leaves 62 % of the range of log T: T is known to half a hundredth
    private const double Golden = 0.6180339887498949;

    /// <summary>Whether a network has a last layer that can be divided, and its outputs are probabilities.</summary>
    public static bool CanScale(NetworkSpec spec, Loss loss) =>
        spec.Program.Operations is [.., { Spec: Dense or MemberDense }] && loss.ProperLoss is not null;

    /// <summary>Finds T, and divides by it.</summary>
    /// <param name="network">The network; its last layer is changed.</param>
    /// <param name="loss">What it was trained by.</param>
    /// <param name="validation">The rows.</param>
    /// <param name="team">Who measures.</param>
    /// <param name="cancellationToken">Where it is cancelled, the network stays as it was.</param>
    /// <returns>T; 1 where no other one is better.</returns>
    public static double Apply(
        Network<float> network, Loss loss, BatchSource validation, WorkerTeam team, CancellationToken cancellationToken)
    {
        (Slot Slot, float[] Values)[] head =
            [.. network.Program.Operations[^1].Layer.Parameters.Select(slot => (slot, network.Parameters.Read(slot)))];
        var logLoss = new LogLoss();
        IReadOnlyList<Metric> metrics = logLoss.FaultOf(network.Spec.Outputs, validation.TargetWidth) is null ? [logLoss] : [];
        var evaluation = new Evaluation(network, loss.ProperLoss!, validation, metrics);
        double least = double.PositiveInfinity, best = 0, chosen = 0;
        try
        {
            LossAt(0);
            Search();
            chosen = cancellationToken.IsCancellationRequested ? 0 : best;
        }
        finally
        {
            Divide(chosen);
        }

        return Math.Exp(chosen);

        // By golden section, in the logarithm.
        void Search()
        {
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
        }

        double LossAt(double logarithm)
        {
            Divide(logarithm);
            Measures measures = evaluation.Run(team, cancellationToken: cancellationToken);
            double value = metrics.Count > 0 ? measures.Metrics[logLoss.Name] : measures.Loss;
            if (value < least)
                (least, best) = (value, logarithm);
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }

        void Divide(double logarithm)
        {
            double factor = Math.Exp(-logarithm);
            foreach ((Slot slot, float[] values) in head)
                network.Parameters.Write(slot, Array.ConvertAll(values, value => (float)(value * factor)));
        }
    }
}
