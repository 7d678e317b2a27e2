using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>
/// Shifts each quantile that a trained network predicts so that, on rows that it did not learn from, as large a share of the targets lies below
/// it as its τ says.
/// </summary>
/// <remarks>
/// The shift of quantile τ is the τ-quantile of the residuals y - q(x) of n rows: the residual of rank τ·(n + 1), interpolated between two of them
/// where that is no whole number. The 1 stands for the row that is to be predicted, which may come before or after any of them: of new rows τ lie
/// below, in expectation, whatever the distribution. Rows count by their weight, n being (Σ w)² / Σ w². With fewer rows than 1/τ - 1 or
/// 1/(1 - τ) - 1 there is no such rank, and that quantile stays as it is. Shifts are added to the bias of the last layer, of each member's head
/// too, so that the network needs nothing new for it. Quantiles that cross are sorted, so that a shift may move another one than that of its own
/// rank: shifts are found again, with those so far, until they do not change. Y. Romano, E. Patterson, E. Candès, "Conformalized quantile
/// regression", 2019 (the asymmetric form, each end by itself; interpolated instead of rounded outward).
/// </remarks>
internal static class QuantileCalibration
{
    private const double Slack = 1e-9; // of rounding, in ranks
    private const double Precision = 1e-6; // of a shift, in the spread of the residuals
    private const int MostPasses = 20;

    /// <summary>Whether a network predicts quantiles, and has a last layer whose bias can be shifted.</summary>
    public static bool CanCalibrate(NetworkSpec spec, Loss loss) =>
        loss is Quantile && spec.Program.Operations is [.., { Spec: Dense or MemberDense, Layer: { } head }]
        && head.Parameters.Any(slot => slot.Kind == SlotKind.Bias);

    /// <summary>Finds the shifts, and adds them to the network.</summary>
    /// <param name="network">The network; its last layer is changed.</param>
    /// <param name="loss">What it was trained by.</param>
    /// <param name="validation">The rows, which are read once.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="cancellationToken">Where it is cancelled, the network stays as it was.</param>
    /// <returns>A warning where there are too few rows for a quantile; null otherwise.</returns>
    public static string? Apply(
        Network<float> network, Quantile loss, BatchSource validation, WorkerTeam team, CancellationToken cancellationToken)
    {
        LogitRows rows = LogitRows.Of(network, validation, team, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
            return null;
        double?[] shifts = ShiftsOf(rows, loss);
        Shift(network, shifts);
        return WarningOf(shifts, rows, loss);
    }

    /// <summary>Finds the shift of each output, in the units of the logits.</summary>
    /// <param name="rows">Logits as the network gives them, with targets and weights.</param>
    /// <param name="loss">What the network was trained by.</param>
    /// <returns>(outputs): null where there are too few rows.</returns>
    public static double?[] ShiftsOf(LogitRows rows, Quantile loss)
    {
        var shifts = new double[rows.Outputs];
        bool[] isShifted = new bool[rows.Outputs];
        bool isDone = rows.Count == 0;
        for (int pass = 0; !isDone && pass < MostPasses; pass++)
        {
            double[][] predicted = Predictions(rows, loss, shifts);
            isDone = true;
            for (int output = 0; output < shifts.Length; output++)
            {
                List<(double Residual, double Weight)> residuals = Residuals(rows, loss, predicted, output);
                double? change = QuantileOf(residuals, loss.Quantiles[output % loss.Quantiles.Count]);
                isShifted[output] = change is not null;
                shifts[output] += change ?? 0;
                isDone &= change is null || Math.Abs(change.Value) <= Precision * (residuals[^1].Residual - residuals[0].Residual);
            }
        }

        return [.. shifts.Select((shift, output) => isShifted[output] ? shift : (double?)null)];
    }

    /// <summary>Adds shifts to the outputs of a network.</summary>
    /// <param name="network">One that <see cref="CanCalibrate"/>.</param>
    /// <param name="shifts">(outputs): null for none.</param>
    public static void Shift(Network<float> network, IReadOnlyList<double?> shifts)
    {
        foreach (Slot bias in network.Program.Operations[^1].Layer.Parameters.Where(slot => slot.Kind == SlotKind.Bias))
        {
            float[] values = network.Parameters.Read(bias); // (members, outputs)
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] + (shifts[i % shifts.Count] ?? 0));
            network.Parameters.Write(bias, values);
        }
    }

    // What is predicted of each row, in the units of the logits: sorted, and of members the mean.
    private static double[][] Predictions(LogitRows rows, Quantile loss, double[] shifts)
    {
        int quantiles = loss.Quantiles.Count;
        var predicted = new double[rows.Count][];
        var sorted = new double[quantiles];
        for (int row = 0; row < rows.Count; row++)
        {
            var means = new double[rows.Outputs];
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

            predicted[row] = means;
        }

        return predicted;
    }

    // Ascending, of rows with a target and a weight.
    private static List<(double Residual, double Weight)> Residuals(LogitRows rows, Quantile loss, double[][] predicted, int output)
    {
        var residuals = new List<(double Residual, double Weight)>(rows.Count);
        int target = output / loss.Quantiles.Count;
        for (int row = 0; row < rows.Count; row++)
        {
            float value = rows.ValuesOf(row)[target];
            if (!float.IsNaN(value) && rows.Weights[row] > 0)
                residuals.Add((loss.LogitOf(value, target) - predicted[row][output], rows.Weights[row]));
        }

        residuals.Sort();
        return residuals;
    }

    // sorted: ascending, every weight above 0.
    private static double? QuantileOf(List<(double Residual, double Weight)> sorted, double quantile)
    {
        double total = 0, squares = 0;
        foreach ((_, double weight) in sorted)
        {
            total += weight;
            squares += weight * weight;
        }

        double count = total * total / squares;
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

    private static string? WarningOf(double?[] shifts, LogitRows rows, Quantile loss)
    {
        int count = loss.Quantiles.Count;
        double[] kept = [.. loss.Quantiles.Where((_, j) => shifts.Where((shift, output) => output % count == j).Contains(null))];
        if (kept.Length == 0)
            return null;
        double needed = Math.Ceiling(kept.Max(quantile => 1 / Math.Min(quantile, 1 - quantile)) - 1 - Slack);
        string names = string.Join(", ", kept.Select(quantile => FormattableString.Invariant($"{quantile}")));
        return FormattableString.Invariant($"Quantiles {names} are not calibrated, because that takes {needed} validation rows with a target and ")
            + FormattableString.Invariant($"there are {rows.Count}; give more of them, or set QuantileCalibration to false.");
    }
}
