using System.Globalization;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>All that an epoch record holds, to the last bit, but for what is measured by the clock.</summary>
internal static class EpochFigures
{
    public static string Of(EpochRecord epoch) => string.Join("\n", (IEnumerable<string>)
    [
        $"epoch {epoch.Epoch}",
        $"training loss {Bits(epoch.TrainLoss)}",
        $"validation loss {Bits(epoch.ValidationLoss)}",
        .. epoch.ValidationMetrics.Select(metric => $"{metric.Key} {Bits(metric.Value)}"),
        $"learning rate {Bits(epoch.LearningRate)}",
        $"penalty {Bits(epoch.Penalty)}",
        $"sparsity {Bits(epoch.Sparsity)}",
        .. epoch.Norms.Select(layer => $"{layer.Layer} {Bits(layer.Activation)} {Bits(layer.Gradient)} {Bits(layer.Weight)}"),
    ]);

    private static string Bits(double? value) => value is { } number
        ? BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture)
        : "none";
}
