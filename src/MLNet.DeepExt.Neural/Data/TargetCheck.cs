using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Validates targets for a loss and a number of outputs.</summary>
internal sealed class TargetCheck(Loss loss, int outputs)
{
    /// <summary>
    /// Returns why rows with this number of targets (0 for a class) are not valid, as a whole sentence; null if they are valid.
    /// </summary>
    public string? FaultOfWidth(int width, string name)
    {
        // If the loss supports classes, class 0 is valid.
        if (width == 0)
            return FaultOfClass(0) is { } faultOfClass ? $"The {name} rows have classes but {faultOfClass}." : null;
        return loss.FaultOfWidth(outputs, width) is { } fault
            ? $"The {name} rows have {width} target {(width == 1 ? "value" : "values")} each but {fault}."
            : null;
    }

    /// <summary>Returns why a class, at least 0, is not valid, as the end of a message "has class 3 but"; null if it is valid.</summary>
    public string? FaultOfClass(int label) => loss.FaultOfClass(outputs, label);

    /// <summary>Returns why a number is not valid, as the end of a message "has the target 2;"; null if it is valid.</summary>
    public string? FaultOfValue(float value) => loss.FaultOfValue(value);
}
