namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The predicted class or label of probabilities.</summary>
internal static class Decision
{
    /// <summary>Returns the most probable class; if several are equal, the first. With a single output, which is a probability, 1 above 0.5 and 0
    /// otherwise.</summary>
    /// <param name="outputs">(outputs).</param>
    public static int ClassOf(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length == 1)
            return IsYes(outputs[0]) ? 1 : 0;
        int best = 0;
        for (int i = 1; i < outputs.Length; i++)
        {
            if (outputs[i] > outputs[best])
                best = i;
        }

        return best;
    }

    /// <summary>Returns true if a probability, or a label, is positive: above 0.5.</summary>
    public static bool IsYes(float probability) => probability > 0.5f;
}
