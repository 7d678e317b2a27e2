using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>What rows may have as targets: what a loss can compare with so many outputs.</summary>
internal sealed class TargetCheck(Loss loss, int outputs)
{
    /// <summary>
    /// Why rows of so many numbers, or of a class where it is 0, cannot be learned from, as a whole sentence; null if they can.
    /// </summary>
    public string? FaultOfWidth(int width, string name)
    {
        // Where classes can be compared at all, the first one can.
        if (width == 0)
            return FaultOfClass(0) is { } faultOfClass ? $"The {name} rows have classes but {faultOfClass}." : null;
        return loss.FaultOfWidth(outputs, width) is { } fault
            ? $"The {name} rows have {width} target {(width == 1 ? "value" : "values")} each but {fault}."
            : null;
    }

    /// <summary>Why a class, at least 0, cannot be learned, to follow "has class 3 but"; null if it can.</summary>
    public string? FaultOfClass(int label) => loss.FaultOfClass(outputs, label);

    /// <summary>Why a number cannot be learned, to follow "has the target 2;"; null if it can.</summary>
    public string? FaultOfValue(float value) => loss.FaultOfValue(value);
}
