namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>What outputs that are probabilities say.</summary>
internal static class Decision
{
    /// <summary>The likeliest class; of equal ones the first. With a single output, a probability, 1 above 0.5 and else 0.</summary>
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

    /// <summary>Whether a probability, or a label that is one, is a yes: above 0.5.</summary>
    public static bool IsYes(float probability) => probability > 0.5f;
}
