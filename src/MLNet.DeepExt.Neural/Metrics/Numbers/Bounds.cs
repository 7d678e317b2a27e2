namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The prediction interval of each target: from the first to the last of its outputs.</summary>
internal static class Bounds
{
    /// <summary>Returns why a metric of intervals cannot be measured; null if it can.</summary>
    public static string? FaultOf(int outputs, int targetWidth)
    {
        if (targetWidth == 0)
            return "the targets are classes; it needs numbers for each row";
        return outputs % targetWidth == 0 && outputs / targetWidth >= 2
            ? null
            : $"the number of outputs is {outputs} but that of target values {targetWidth}; "
                + "it needs 2 for each, its bounds, or more, of which the first and the last are its bounds";
    }

    /// <summary>Returns the bounds of a target.</summary>
    /// <param name="outputs">(targets × outputs per target).</param>
    /// <param name="index">The index of the target.</param>
    /// <param name="targetWidth">The number of targets per row.</param>
    public static (double Lower, double Upper) Of(ReadOnlySpan<float> outputs, int index, int targetWidth)
    {
        int each = outputs.Length / targetWidth;
        return (outputs[index * each], outputs[index * each + each - 1]);
    }
}
