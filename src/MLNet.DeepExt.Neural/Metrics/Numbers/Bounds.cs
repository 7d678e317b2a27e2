namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The interval that outputs give for each number of a target: from the first to the last of its outputs.</summary>
internal static class Bounds
{
    /// <summary>What a metric of intervals finds wrong; null if nothing.</summary>
    public static string? FaultOf(int outputs, int targetWidth)
    {
        if (targetWidth == 0)
            return "the targets are classes; it needs numbers for each row";
        return outputs % targetWidth == 0 && outputs / targetWidth >= 2
            ? null
            : $"the number of outputs is {outputs} but that of target values {targetWidth}; "
                + "it needs 2 for each, its bounds, or more, of which the first and the last are its bounds";
    }

    /// <summary>The bounds of a number.</summary>
    /// <param name="outputs">(targets × outputs per target).</param>
    /// <param name="index">Which number.</param>
    /// <param name="targetWidth">Numbers of a target.</param>
    public static (double Lower, double Upper) Of(ReadOnlySpan<float> outputs, int index, int targetWidth)
    {
        int each = outputs.Length / targetWidth;
        return (outputs[index * each], outputs[index * each + each - 1]);
    }
}
