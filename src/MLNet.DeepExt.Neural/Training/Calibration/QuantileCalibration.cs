using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>
/// Shifts each predicted quantile of a trained network so that, on rows that were not used for training, the fraction τ of the targets
/// is below it.
/// </summary>
/// <remarks>
/// The shift of quantile τ is the τ-quantile of the residuals y - q(x) of n rows: the residual of rank τ·(n + 1), interpolated between two residuals
/// if the rank is not a whole number. The 1 represents the new row, whose residual may have any rank: in expectation, the fraction τ of new rows is
/// below the quantile, if the rows had no other part in the training. If they also selected the epoch, or if the residuals of the networks of k folds
/// shift the mean of these networks, this holds approximately. Rows count by their weight, with n = (Σ w)² / Σ w². With fewer rows than 1/τ - 1 or
/// 1/(1 - τ) - 1 there is no such rank, and that quantile is not shifted. Shifts are added to the bias of the last layer, also that of each member
/// and of each network of an ensemble, so the network needs no new layer. Quantiles that cross are sorted, so a shift may move a quantile of another
/// rank: shifts are computed again, including those so far, until they do not change. Y. Romano, E. Patterson, E. Candès, "Conformalized quantile
/// regression", 2019 (the asymmetric form, each end separately; interpolated instead of rounded outward).
/// </remarks>
internal static class QuantileCalibration
{
    private const double Slack = 1e-9; // tolerance of rounding, in ranks
    private const double Precision = 1e-6; // precision of a shift, relative to the spread of the residuals
    private const int MostPasses = 20;

    /// <summary>True if a network predicts quantiles and has last layers whose biases can be shifted.</summary>
    public static bool CanCalibrate(NetworkSpec spec, Loss loss) =>
        loss is Quantile && OutputHeads.Of(spec.Program) is { HaveBias: true };

    /// <summary>Computes the shifts and adds them to the network.</summary>
    /// <param name="network">The network; the biases of its last layers are changed.</param>
    /// <param name="loss">The loss it was trained with.</param>
    /// <param name="validation">The rows, which are read once.</param>
    /// <param name="team">The threads.</param>
    /// <param name="cancellationToken">If cancelled, the network does not change.</param>
    /// <returns>A warning if there are too few rows for a quantile; otherwise null.</returns>
    public static string? Apply(
        Network<float> network, Quantile loss, BatchSource validation, WorkerTeam team, CancellationToken cancellationToken)
    {
        LogitRows rows = LogitRows.Of(network, validation, team, cancellationToken);
        double?[] shifts = ShiftsOf(rows, loss, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
            return null;
        Shift(network, shifts);
        return WarningOf(shifts, rows, loss);
    }

    /// <summary>Computes the shift of each output, in the units of the logits.</summary>
    /// <param name="rows">The logits of the network, with targets and weights.</param>
    /// <param name="loss">The loss the network was trained with.</param>
    /// <param name="cancellationToken">If cancelled, the shifts are incomplete and must not be used.</param>
    /// <returns>(outputs): null for an output with too few rows.</returns>
    public static double?[] ShiftsOf(LogitRows rows, Quantile loss, CancellationToken cancellationToken = default)
    {
        var shifts = new double[rows.Outputs];
        bool[] isShifted = new bool[rows.Outputs];
        var predicted = new double[rows.Count * rows.Outputs]; // (rows, outputs)
        var residuals = new List<(double Residual, double Weight)>(rows.Count);
        bool isDone = rows.Count == 0;
        for (int pass = 0; !isDone && pass < MostPasses; pass++)
        {
            Predict(rows, loss, shifts, predicted);
            isDone = true;
            for (int output = 0; output < shifts.Length && !cancellationToken.IsCancellationRequested; output++)
            {
                ReadResiduals(rows, loss, predicted, output, residuals);
                double? change = QuantileOf(residuals, loss.Quantiles[output % loss.Quantiles.Count]);
                isShifted[output] = change is not null;
                shifts[output] += change ?? 0;
                isDone &= change is null
                    || Math.Abs(change.Value) <= Precision * (residuals[^1].Residual - residuals[0].Residual) + Slack * Math.Abs(shifts[output]);
            }
        }

        return [.. shifts.Select((shift, output) => isShifted[output] ? shift : (double?)null)];
    }

    /// <summary>Adds shifts to the outputs of a network.</summary>
    /// <param name="network">A network for which <see cref="CanCalibrate"/> is true.</param>
    /// <param name="shifts">(outputs): null for none.</param>
    public static void Shift(Network<float> network, IReadOnlyList<double?> shifts)
    {
        foreach (Slot bias in OutputHeads.Of(network.Program)!.Parameters.Where(slot => slot.Kind == SlotKind.Bias))
        {
            float[] values = network.Parameters.Read(bias); // (members, outputs)
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] + (shifts[i % shifts.Count] ?? 0));
            network.Parameters.Write(bias, values);
        }
    }

    /// <summary>Returns a warning if there are too few rows for a quantile.</summary>
    /// <param name="shifts">(outputs): null for an output with too few rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="loss">The loss the network was trained with.</param>
    /// <returns>The warning; null if every quantile has enough rows.</returns>
    public static string? WarningOf(double?[] shifts, LogitRows rows, Quantile loss)
    {
        int count = loss.Quantiles.Count;
        int[] unshifted = [.. Enumerable.Range(0, shifts.Length).Where(output => shifts[output] is null)];
        if (unshifted.Length == 0)
            return null;
        double[] kept = [.. unshifted.Select(output => loss.Quantiles[output % count]).Distinct().Order()];
        double needed = Math.Ceiling(kept.Max(quantile => 1 / Math.Min(quantile, 1 - quantile)) - 1 - Slack);
        string names = string.Join(", ", kept.Select(quantile => FormattableString.Invariant($"{quantile}")));
        double fewest = unshifted.Min(output => EffectiveCount(WeightsOf(rows, output / count)));
        return FormattableString.Invariant($"Quantiles {names} are not calibrated, because this needs {needed} validation rows with a target but ")
            + FormattableString.Invariant($"there are {Math.Floor(fewest + Slack)}, counted by their weights; ")
            + "give more of them, or set QuantileCalibration to false.";
    }

    // The predictions, in the units of the logits: sorted quantiles, averaged over members.
    // predicted: (rows, outputs)
    private static void Predict(LogitRows rows, Quantile loss, double[] shifts, double[] predicted)
    {
        int quantiles = loss.Quantiles.Count;
        var sorted = new double[quantiles];
        Array.Clear(predicted);
        for (int row = 0; row < rows.Count; row++)
        {
            Span<double> means = predicted.AsSpan(row * rows.Outputs, rows.Outputs);
            ReadOnlySpan<float> logits = rows.LogitsOf(row);
            for (int first = 0; first < logits.Length; first += quantiles)
            {
                int output = first % rows.Outputs;
                for (int j = 0; j < quantiles; j++)
                    sorted[j] = logits[first + j] + shifts[output + j];
                Array.Sort(sorted);
                for (int j = 0; j < quantiles; j++)
                    means[output + j] += sorted[j] / rows.Members;
            }
        }
    }

    // The residuals, ascending, of rows with a target and a weight.
    private static void ReadResiduals(
        LogitRows rows, Quantile loss, double[] predicted, int output, List<(double Residual, double Weight)> residuals)
    {
        residuals.Clear();
        int target = output / loss.Quantiles.Count;
        for (int row = 0; row < rows.Count; row++)
        {
            float value = rows.ValuesOf(row)[target];
            if (!float.IsNaN(value) && rows.Weights[row] > 0)
                residuals.Add((loss.LogitOf(value, target) - predicted[row * rows.Outputs + output], rows.Weights[row]));
        }

        residuals.Sort();
    }

    // sorted: ascending, every weight above 0.
    private static double? QuantileOf(List<(double Residual, double Weight)> sorted, double quantile)
    {
        double total = sorted.Sum(residual => residual.Weight), count = EffectiveCount(sorted.Select(residual => residual.Weight));
        if (!(Math.Min(quantile, 1 - quantile) * (count + 1) >= 1 - Slack))
            return null;
        double place = quantile * total * (1 + 1 / count), sum = sorted[0].Weight;
        for (int i = 1; i < sorted.Count; i++)
        {
            double next = sum + sorted[i].Weight;
            if (next > place)
            {
                double share = Math.Max(0, (place - sum) / sorted[i].Weight);
                return sorted[i - 1].Residual + share * (sorted[i].Residual - sorted[i - 1].Residual);
            }

            sum = next;
        }

        return sorted[^1].Residual;
    }

    // (Σ w)² / Σ w², the number of rows of equal weight with the same variance of a mean. 0 for no rows.
    private static double EffectiveCount(IEnumerable<double> weights)
    {
        double total = 0, squares = 0;
        foreach (double weight in weights)
        {
            total += weight;
            squares += weight * weight;
        }

        return squares == 0 ? 0 : total * total / squares;
    }

    private static IEnumerable<double> WeightsOf(LogitRows rows, int target)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            if (!float.IsNaN(rows.ValuesOf(row)[target]))
                yield return rows.Weights[row];
        }
    }
}
